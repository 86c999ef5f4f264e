# shellcheck shell=bash disable=SC2034,SC2154
story="switchovers in a row (50, or as many as the number behind the colon) beside clients that truncate, punch, rename and write"
scenario() {
  local guest n
  exercise_options+=(--commit-each-write)
  for guest in client client2; do start_exercise "$guest"; done
  sleep 3
  for ((n = 1; n <= ${given:-50}; ++n)); do
    enter "switchover $n"
    switch_over
    for guest in client client2; do
      exercise_runs "$guest" || problem "$guest: the exerciser ended before switchover $n was over"
    done
    [[ ! -s $dir/problems ]] || break
  done
  for guest in client client2; do stop_exercise "$guest"; done
  nobody_was_fenced
  note_exercise
}
