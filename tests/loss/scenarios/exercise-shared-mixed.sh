# shellcheck shell=bash disable=SC2034,SC2154
story="two clients with the same files, under locks, across a switchover, another one right after it, and a power cut"
scenario() {
  share_exercise
  exercise_across_servers
  compare_journals
  note_exercise
}
