# shellcheck shell=bash disable=SC2034,SC2154
story="the standby's path to the LUN dies, it changes over to another one, and serves by that; the first one comes back"
active_after=mds1
active_at_end=mds2
metadata_limit=25
inject() {
  give_second_path mds2
  disk=$(disk_in_use mds2)
  cut_path mds2 "$disk"
  wait_for 60 uses_another_than mds2 "$disk" || problem "mds2 uses $disk still"
  wait_for 30 state_of mds2 '.role == "standby" and .reason == ""' || problem "mds2 is not ready: $(why_unhealthy)"
}
heal() { mend_paths; }
calm() { switch_over; }
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "mds2 rebooted" not_rebooted mds2
  require "mds2 went back to $disk" uses_another_than mds2 "$disk"
  require "mds2 is registered more than once: $(keys_of mds2 | paste -sd' ')" test "$(keys_of mds2 | wc -l)" = 1
}
