# shellcheck shell=bash disable=SC2034,SC2154
story="the power of the active is cut while disks are in use: every byte is there, no client fenced, a lock held all the time"
scenario() {
  make_disks
  hold_a_disk
  use_disks
  sleep $((3 + seed % 10))
  lab power-cut mds1
  await_recovery mds2
  still_held
  sleep 10
  stop_disks
  judge_fences
  judge_disks
}
