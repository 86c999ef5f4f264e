# shellcheck shell=bash disable=SC2034,SC2154
story="snapshots inside a qcow2: taken, gone back to, removed, with writes and discards between"
scenario() {
  prepare_clients
  must disk client create a.qcow2 16M
  commands client a.qcow2 'write -P 1 0 2M' 'write -P 1 8M 64k' flush
  must disk client snapshot create a.qcow2 one
  commands client a.qcow2 'write -P 2 64k 4k' 'discard 512k 512k' 'write -P 2 8M 1M' flush
  must disk client snapshot create a.qcow2 two
  commands client a.qcow2 'write -P 3 0 2M' 'write -z -u 8M 1M' flush
  judge_disk client a.qcow2
  must disk client snapshot apply a.qcow2 one
  commands client a.qcow2 'read -P 1 0 2M' 'read -P 1 8M 64k' 'read -P 0 8256k 256k'
  judge_disk client a.qcow2
  must disk client snapshot delete a.qcow2 one
  must disk client snapshot apply a.qcow2 two
  commands client a.qcow2 'read -P 1 0 64k' 'read -P 2 64k 4k' 'read -P 0 512k 512k' 'read -P 2 8M 1M' 'discard 0 64k'
  must disk client snapshot delete a.qcow2 two
  judge_disk client a.qcow2
  judge_fences_of client
}
