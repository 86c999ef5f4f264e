# shellcheck shell=bash disable=SC2034,SC2154
story="every five seconds one answer of the LUN to the standby is late: it stands for election all the time, and serves when asked"
active_after=mds1
active_at_end=mds2
metadata_limit=25
inject() {
  local hiccup
  for hiccup in {1..6}; do
    slow_down 0.8 mds2
    sleep 1
    speed_up
    sleep 4
  done
}
heal() { :; }
calm() { switch_over; }
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "no answer of the LUN was late" log_says mds2 'does not answer'
  ! log_says mds2 'not standing for election: the LUN does not answer' || problem "mds2 left the election for a late answer"
}
