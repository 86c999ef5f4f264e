# shellcheck shell=bash disable=SC2034,SC2154
story="a client that writes directly stands still for longer than a lease: nobody wants its blocks, and it goes on"
active_after=mds1
metadata_limit=8
inject() {
  client2_writes_directly
  note_clients
  lab freeze client2
  sleep 20 # the lease is 15 s
  lab thaw client2
}
calm() {
  client2_writes_again
  both_write_directly
}
check() { judge_bystanders; }
