# shellcheck shell=bash disable=SC2034,SC2154
story="nobody dies: two clients do random things to files, directly and by the page cache; every byte is right, nobody is fenced"
scenario() {
  local guest
  exercise_options+=(--commit-each-write)
  for guest in client client2; do start_exercise "$guest"; done
  sleep 40
  for guest in client client2; do stop_exercise "$guest"; done
  nobody_was_fenced
  note_exercise
}
