# shellcheck shell=bash disable=SC2034,SC2154
story="the LUN takes this many seconds for each command of the servers: nobody leaves, no gate flaps; then a switchover"
variants=(1 3)
active_after=mds1
active_at_end=mds2
hold=60
works_again() { settled; } # an open() takes several commands
metadata_limit=$((20 + 20 * ${variant:-1}))
inject() {
  steps=$(steps_of mds1)
  slow_down "$variant"
  # The first answers are late, and the first longer validity has to be declared.
  sleep $((5 + 4 * variant))
  shut=$(times_shut)
  wait_for 30 state_of mds1 ".lun.latency_ms >= $variant * 1000" || problem "mds1 does not tell that the LUN is slow"
}
times_shut() { on mds1 'journalctl -u pnfs-ha-agent -o cat | grep -c "does not answer" || true'; }
heal() {
  require "the LUN was silent while it was slow" test "$(times_shut)" = "$shut"
  require "mds1 did something: $(steps_of mds1)" test "$(steps_of mds1)" = "$steps"
  speed_up
}
calm() { switch_over; }
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "mds2 rebooted" not_rebooted mds2
  require "nobody declared that a proof is valid for longer" log_says mds1 'the LUN is slow: a proof is valid for'
}
