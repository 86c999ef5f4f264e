# shellcheck shell=bash disable=SC2034,SC2154
story="a crash and, as soon as both are healthy, a switchover back, disks in use all the time"
scenario() {
  make_disks
  hold_a_disk
  use_disks
  sleep $((3 + seed % 10))
  lab power-cut mds1
  lab power-on mds1
  enter "wait for recovery"
  wait_for 60 recovered mds2 || problem "mds2 does not serve"
  wait_for 150 both_are_healthy || problem "not healthy: $(why_unhealthy)"
  hand_over mds2 mds1
  sleep 5
  stop_disks
  judge_fences
  judge_disks
}
