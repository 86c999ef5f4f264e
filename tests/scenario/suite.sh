# shellcheck shell=bash disable=SC2034,SC2154 # variables of the suite, and those for its scenarios
# A suite is a program beside its scenarios: it sources this, defines what differs from the defaults here, and ends with
# `run_suite "$@"`. Sourced, never run.
#
# A scenario is NAME.sh: it sets `story`, one sentence, and what else differs from load_scenario(), and defines what the suite
# asks for, scenario() if nothing else. It starts from the lab's snapshot `ready`, mds1 active and mds2 standby, in a process of
# its own, and calls problem() for each thing that is not as it must be.

here="$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)"
suite=$(basename "${BASH_SOURCE[1]}")
# shellcheck source=tests/lab/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/cluster.sh"
for part in ready guests world console san capture problems judge evidence requests results runner; do
  # shellcheck disable=SC1090 # all are beside this file
  . "$lab_root/tests/scenario/$part.sh"
done

scenarios="$here/scenarios"
on_error=go-on # of a command where nobody expects it; or: end, but not without a verdict

defaults() { :; }                       # before a scenario's file is read
is_wanted() { [[ $by_name != only ]]; } # among all, when none is named; may cut down $variants
limit_of() { echo "${time_limit:-0}"; } # of one run, in seconds; 0: none
own_option() { return 1; }              # takes an option of the suite's own; may add to $runs; tells in $taken how many words it took
header() { :; }
show() { # FILE: one result as a line of the table
  jq -r '[.name, .took_s, (if .problems == [] then "ok" + (.notes | if . == [] then "" else ": " + join(", ") end)
    else "FAILED: " + (.problems | join(";"))[:400] end)] | @tsv' "$1" | while IFS=$'\t' read -r name took verdict; do
    printf '%-24s %4s s  %s\n' "$name" "$took" "$verdict"
  done
}

# load_scenario NAME[:VARIANT]: a number is a seed as well.
load_scenario() {
  local file="$scenarios/${1%%:*}.sh"
  [[ -e $file ]] || {
    echo "there is no scenario '$1'; see tests/$suite/$suite --list" >&2
    return 1
  }
  given=${1#"${1%%:*}"} given=${given#:} # empty if there is none
  seed=${given:-$RANDOM}
  story=
  by_name=      # only: it is not among all
  quick=no      # in the quick half?
  variants=('') # each is a run of its own
  time_limit=
  defaults
  # shellcheck disable=SC1090 # chosen by name
  . "$file"
}
