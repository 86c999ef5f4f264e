# shellcheck shell=bash disable=SC2034,SC2154
story="a client loses the LAN but not the SAN while it writes directly: its key goes with its lease, and comes back"
quick=yes
active_after=mds1
metadata_limit=8
recover_limit=60
inject() {
  client2_writes_directly
  lab link client2 lan down
}
settled() { is_unregistered client2; }
heal() { lab link client2 lan up; }
calm() { client2_writes_again; }
check() { judge_client2; }
