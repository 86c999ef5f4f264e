# shellcheck shell=bash disable=SC2034,SC2154
story="a chain of backing files: each layer on another client, committed into the next, taken out of the chain"
scenario() {
  prepare_clients
  must disk client create base.qcow2 16M
  commands client base.qcow2 'write -P 1 0 1M' flush
  must disk client overlay middle.qcow2 base.qcow2
  commands client middle.qcow2 'write -P 2 256k 256k' 'write -P 2 4M 100k' flush
  carry_shadow middle.qcow2 client client2
  must disk client2 overlay top.qcow2 middle.qcow2
  commands client2 top.qcow2 'read -P 1 0 256k' 'read -P 2 256k 256k' 'write -P 3 300k 8k' 'discard 512k 64k' flush
  judge_disk client2 top.qcow2
  enter "take the middle out of the chain"
  must on client2 "cd $mount_point/disks && qemu-img rebase -t none -T none -b base.qcow2 -F qcow2 top.qcow2"
  must on client "rm $mount_point/disks/middle.qcow2"
  judge_disk client2 top.qcow2
  enter "commit the top into the base"
  must on client2 "cd $mount_point/disks && qemu-img commit -q -t none top.qcow2"
  carry_shadow top.qcow2 client2 client base.qcow2
  judge_disk client base.qcow2
  judge_fences
}
