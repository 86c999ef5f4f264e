# shellcheck shell=bash disable=SC2034,SC2154
story="switchovers in a row (50, or as many as the number behind the colon) beside clients that truncate, punch, rename and write"
scenario() {
  local guest n
  start_exercisers
  sleep 3
  for ((n = 1; n <= ${given:-50}; ++n)); do
    enter "switchover $n"
    switch_over
    for guest in "${clients[@]}"; do
      exercise_runs "$guest" || problem "$guest: the exerciser ended before switchover $n was over"
    done
    [[ ! -s $dir/problems ]] || break
  done
  stop_exercisers
  nobody_was_fenced
  note_exercise
}
