# shellcheck shell=bash disable=SC2034,SC2154
story="VARIANT failovers in a row, the power of one server and the other in turn, under one load"
variants=(10) # each waits until the server has served for a minute; make soak has 50
count=${variant:-10}
# The last failover is the one that is waited for; even numbers end where they began.
active_after=$([[ $((count % 2)) = 1 ]] && echo mds2 || echo mds1)
time_limit=$((count * 110 + 240))
inject() {
  local i victim=mds1
  for ((i = 1; i < count; ++i)); do
    wait_for 90 may_crash "$victim" || problem "failover $i: $victim does not outlast its minute"
    lab power-cut "$victim"
    wait_for 60 serves "$(other "$victim")" || problem "failover $i: $(other "$victim") does not serve"
    wait_for 20 client_works || problem "failover $i: the client hangs"
    lab power-on "$victim"
    wait_for 150 both_are_healthy || problem "failover $i: $(why_unhealthy)"
    note "failover $i done"
    victim=$(other "$victim")
  done
  last=$victim
  wait_for 90 may_crash "$victim" || problem "the last failover: $victim does not outlast its minute"
  lab power-cut "$victim"
}
heal() { lab power-on "$last"; }
