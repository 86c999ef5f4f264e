# shellcheck shell=bash disable=SC2034,SC2154
story="the LAN's switch is gone for VARIANT s while two clients write directly: nobody is fenced, nothing lost, all stays direct"
variants=(5 20 60) # the lease is 15 s
active_after=mds1
metadata_limit=$((${variant:-5} + 30))
inject() {
  client2_writes_directly
  # Locks of a client that is silent for longer than its lease are its own only as long as nobody wants them.
  stop_contender
  note_clients
  switch_lan down
  sleep "${variant:-5}"
  switch_lan up
}
calm() {
  client2_writes_again
  start_contender
  both_write_directly
}
check() {
  judge_bystanders
  require "mds1 rebooted" not_rebooted mds1
}

switch_lan() {
  local guest
  for guest in mds1 mds2 client client2; do lab link "$guest" lan "$1" & done
  wait
}
