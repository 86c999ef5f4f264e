# shellcheck shell=bash disable=SC2034,SC2154
story="nobody dies: two clients do random things to the same files, under locks of files (odd seeds) or of ranges; every byte is right"
scenario() {
  share_exercise
  start_exercisers
  sleep 40
  stop_exercisers
  compare_journals
  nobody_was_fenced
  note_exercise
}
