# shellcheck shell=bash disable=SC2034,SC2154
story="a switchover while disks are in use, and one back: every byte is there, no client fenced, a lock held all the time"
scenario() {
  make_disks
  hold_a_disk
  use_disks
  sleep 5
  hand_over mds1 mds2
  wait_for 90 both_are_healthy || problem "not healthy: $(why_unhealthy)"
  hand_over mds2 mds1
  sleep 10
  stop_disks
  judge_fences
  judge_disks
}
