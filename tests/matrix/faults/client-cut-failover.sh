# shellcheck shell=bash disable=SC2034,SC2154
story="a client is cut from the servers, then the active's power is cut: the client's key goes when grace ends, and not before"
metadata_limit=40
recover_limit=75
inject() {
  client2_writes_directly
  lab link client2 lan down
  sleep 1
  lab power-cut mds1
}
settled() { serves mds2 && is_unregistered client2; }
heal() {
  lab link client2 lan up
  lab power-on mds1
}
calm() { client2_writes_again; }
check() {
  judge_client2
  require "the fencer did not say whom it fenced" fencer_says mds2 'fenced 0x.*client2.* did not come back in the grace period'
  require "mds2 still keeps every block" on mds2 'grep -q N /sys/module/nfsd/parameters/keep_blocks'
}
