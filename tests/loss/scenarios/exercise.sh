# shellcheck shell=bash disable=SC2034,SC2154
story="nobody dies: two clients do random things to files, directly and by the page cache; every byte is right, nobody is fenced"
scenario() {
  start_exercisers
  sleep 40
  stop_exercisers
  nobody_was_fenced
  note_exercise
}
