# shellcheck shell=bash disable=SC2034,SC2154 # of who sources this: here, its own directory; and what the scenarios use
# How tests/loss and tests/disks run their scenarios. Sourced, never run.
#
# A scenario is scenarios/NAME.sh, which sets `story` and defines scenario(); it starts from the lab's snapshot `ready`, in a
# process of its own, and calls problem() for each thing that is not as it must be. Results: a line a scenario, and
# build/SUITE/SCENARIO/ with its log, and with evidence if it failed. With another kernel on the clients
# (PNFS_HA_LAB_CLIENT_KERNEL) they are in build/SUITE-KERNEL/.
#
# One that sets `by_name=only` is not among "all".

# shellcheck source=tests/scenario/results.sh
. "$here/../scenario/results.sh"

# load_scenario NAME[:SEED]
load_scenario() {
  local file="$here/scenarios/${1%%:*}.sh"
  [[ -e $file ]] || {
    echo "there is no scenario '$1'; see tests/$(basename "$here")/$(basename "$here") --list" >&2
    return 1
  }
  given=${1#"${1%%:*}"} given=${given#:} # empty if there is no seed
  seed=${given:-$RANDOM}
  by_name=
  # shellcheck disable=SC1090 # chosen by name
  . "$file"
}

all_scenarios() { (cd "$here/scenarios" && printf '%s\n' *.sh | sed 's/\.sh$//'); }

# of_all: those that run when none is named.
of_all() {
  local name
  for name in $(all_scenarios); do (load_scenario "$name" && [[ $by_name = only ]] || echo "$name"); done
}

list_scenarios() {
  local name
  for name in $(all_scenarios); do (load_scenario "$name" && printf '%-20s %s\n' "$name" "$story"); done
}

problem() {
  echo "PROBLEM: $*"
  echo "$*" >>"$dir/problems"
}

# progress WORDS: for whoever looks at a long scenario.
progress() { echo "$(date +%T) $*" | tee -a "$dir/progress" >&3; }

enter() { echo "== $(date +%T) $*"; }

# run_scenario NAME[:SEED]: all its output goes to the log.
run_scenario() (
  load_scenario "$1"
  enter restore
  lab restore ready
  scenario
)

one() {
  local name=$1 began=$SECONDS status=0
  dir="$lab_root/build/$(basename "$here")$of_client_kernel/${name/:/-}"
  rm -rf "$dir"
  mkdir -p "$dir"
  : >"$dir/problems"
  (run_scenario "$name") 3>&1 >"$dir/log" 2>&1 || status=$?
  ((status == 0)) ||
    echo "ended with status $status: $(tail -n 1 "$dir/log")" >>"$dir/problems"
  if [[ -s $dir/problems ]]; then
    collect_evidence
    failed=$((failed + 1))
  fi
  local notes
  notes=$(sed -n 's/^note: //p' "$dir/log" | paste -sd,)
  printf '%-24s %4s s  %s\n' "$name" $((SECONDS - began)) \
    "$(if [[ -s $dir/problems ]]; then echo "FAILED: $(paste -sd';' "$dir/problems" | cut -c1-400)"; else
      echo "ok${notes:+: $notes}"
    fi)"
  keep_result "$name" $((SECONDS - began)) "$(jq -Rnc '[inputs]' "$dir/problems")" "$(jq -nc --arg notes "$notes" '{$notes}')"
}

# run_scenarios NAME[:SEED]...: all that there are, if none is named. The last line counts them.
run_scenarios() {
  local name failed=0
  (($# > 0)) || mapfile -t names < <(of_all)
  (($# == 0)) || names=("$@")
  mkdir -p "$lab_dir"
  need_ready >"$lab_dir/ready.log" 2>&1 || {
    echo "the snapshot could not be made: see ${lab_dir#"$lab_root"/}/ready.log" >&2
    exit 1
  }
  [[ ! $client_kernel ]] || echo "clients: Linux $(on client uname -r)"
  for name in "${names[@]}"; do unless_proven "$name" one "$name"; done
  echo "$((${#names[@]} - failed)) passed, $failed failed, $SECONDS s"
  ((failed == 0))
}
