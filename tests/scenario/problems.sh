# shellcheck shell=bash disable=SC2154 # variables of the scenario
# What a scenario says: to its log, and to $dir/problems and $dir/notes, which make its result. Sourced, never run.

# problem WORDS: one reason why the verdict is FAILED; the scenario goes on.
problem() {
  echo "PROBLEM: $*"
  echo "$*" >>"$dir/problems"
}

# require WORDS COMMAND...: WORDS is the problem if COMMAND fails.
require() { "${@:2}" || problem "$1"; }

# note WORDS: for the reader of the result.
note() {
  echo "note: $*"
  echo "$*" >>"$dir/notes"
}

phase=start
enter() {
  phase=$1
  echo "== $(date +%T) $phase"
}

# progress WORDS: for whoever looks at a long scenario.
progress() { echo "$(date +%T) $*" | tee -a "$dir/progress" >&3; }
