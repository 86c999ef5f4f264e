# shellcheck shell=bash disable=SC2034,SC2154
story="the same across a switchover, another one right after it, and a power cut: every byte is right, no error"
scenario() {
  exercise_across_servers
  note_exercise
}
