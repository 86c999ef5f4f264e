# shellcheck shell=bash disable=SC2034,SC2154
story="a crash and, as soon as both are healthy, a switchover back, disks in use all the time"
scenario() {
  make_disks
  hold_a_disk
  use_disks
  sleep $((3 + seed % 10))
  lab power-cut mds1
  lab power-on mds1
  await_recovery mds2
  wait_for 150 both_are_healthy || problem "not healthy: $(why_unhealthy)"
  hand_over mds2 mds1
  sleep 5
  stop_disks
  judge_fences
  judge_disks
}
