# shellcheck shell=bash disable=SC2034,SC2154
story="a client loses the LAN but not the SAN for longer than a lease while it writes directly: nobody wants its blocks, and it goes on"
quick=yes
active_after=mds1
hold=40 # the lease is 15 s
metadata_limit=8
recover_limit=60
inject() {
  client2_writes_directly
  keys_of client2 >"$dir/keys-before"
  lab link client2 lan down
}
heal() {
  keys_of client2 >"$dir/keys-after"
  lab link client2 lan up
}
calm() { client2_writes_again; }
check() {
  judge_client2
  require "client2 lost its key while it was cut off" cmp -s "$dir/keys-before" "$dir/keys-after"
  require "the fencer fenced somebody" test "$(on mds1 pnfs-ha status --json | jq '.fenced | length')" = 0
}
