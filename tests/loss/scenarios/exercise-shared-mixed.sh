# shellcheck shell=bash disable=SC2034,SC2154
story="two clients with the same files, under locks, across a switchover, another one right after it, and a power cut"
scenario() {
  share_exercise
  start_exercisers
  sleep 5
  switch_over
  switch_over
  sleep 5
  lab power-cut mds1
  wait_for 90 serves mds2 || problem "mds2 does not serve"
  sleep 10
  stop_exercisers
  compare_journals
  note_exercise
}
