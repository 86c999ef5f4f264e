# shellcheck shell=bash disable=SC2034,SC2154 # variables of the suite, and those for its scenarios
# How a suite runs: its command line, its scenarios one after the other, their results. Sourced, never run.
#
# Results: a line a scenario, build/SUITE.json with the same for programs, and build/SUITE/SCENARIO/ with its log, and with
# evidence if it failed. With another kernel on the clients (PNFS_HA_LAB_CLIENT_KERNEL) they are in build/SUITE-KERNEL.

results() { echo "$lab_root/build/$suite$of_client_kernel"; }

all_scenarios() { (cd "$scenarios" && printf '%s\n' *.sh | sed 's/\.sh$//'); }

list_scenarios() {
  local name
  for name in $(all_scenarios); do
    (
      load_scenario "$name"
      [[ $quick = no ]] || story+=" (quick)"
      [[ $by_name != only ]] || story+=" (runs only if it is named)"
      printf '%-24s %s\n' "$name" "$story${variants[0]:+ (variants: ${variants[*]})}"
    )
  done
}

# runs_of NAME[:VARIANT]: that variant, or every one, a line each.
runs_of() {
  load_scenario "$1" || return
  if [[ $given ]]; then variants=("$given"); fi
  printf '%s\n' "${variants[@]/#/"${1%%:*}:"}" | sed 's/:$//'
}

# all_runs: of the scenarios that are wanted when none is named. One that cannot be read ends it.
all_runs() {
  local name
  for name in $(all_scenarios); do
    (
      load_scenario "$name" || exit
      ! is_wanted || printf '%s\n' "${variants[@]/#/"$name:"}" | sed 's/:$//'
    ) || return
  done
}

# run_suite OPTION... [NAME[:VARIANT]]...: the last line is what tests/check.sh reads.
run_suite() {
  local runs=() taken names
  while (($# > 0)); do
    taken=1
    case $1 in
      --list)
        list_scenarios
        return
        ;;
      --continue) keep_results "$suite" ;;
      --one) # how the runner starts a scenario
        run_scenario "$2"
        return
        ;;
      -h | --help)
        usage
        return
        ;;
      -*) own_option "$@" || { usage >&2 && exit 64; } ;;
      *)
        names=$(runs_of "$1") || exit 64
        mapfile -t -O "${#runs[@]}" runs <<<"$names"
        ;;
    esac
    shift "$taken"
  done
  if ((${#runs[@]} == 0)); then
    names=$(all_runs) || exit
    mapfile -t runs <<<"$names"
  fi
  run_all "${runs[@]}"
}

run_all() {
  local name failed=0
  mkdir -p "$lab_dir" "$(results)"
  : >"$(results).json"
  need_judge || exit
  need_ready >"$lab_dir/ready.log" 2>&1 || {
    echo "the snapshot could not be made: see ${lab_dir#"$lab_root"/}/ready.log" >&2
    exit 1
  }
  [[ ! $client_kernel ]] || echo "clients: Linux $(on client uname -r)"
  header
  for name in "$@"; do unless_proven "$name" one "$name"; done
  echo "$(($# - failed)) passed, $failed failed, $SECONDS s"
  ((failed == 0))
}

# one NAME[:VARIANT]: in a process of its own, so that nothing it waits for can stop the suite.
one() {
  local dir limit status=0 began=$SECONDS
  dir="$(results)/${1/:/-}"
  rm -rf "$dir"
  mkdir -p "$dir"
  : >"$dir/problems"
  : >"$dir/notes"
  echo '{}' >"$dir/figures"
  limit=$(load_scenario "$1" && limit_of)
  timeout --kill-after=60 "$limit" "$here/$suite" --one "$1" 3>&1 </dev/null >"$dir/log" 2>&1 || status=$?
  if ((status == 124)); then
    echo "took longer than $limit s" >>"$dir/problems"
  elif ((status != 0)) && [[ ! -s $dir/problems ]]; then
    echo "no verdict: exit status $status" >>"$dir/problems"
  fi
  keep_evidence
  [[ ! -s $dir/problems ]] || failed=$((failed + 1))
  jq -nc --arg name "$1" --argjson took_s $((SECONDS - began)) --slurpfile figures "$dir/figures" --rawfile problems "$dir/problems" \
    --rawfile notes "$dir/notes" 'def lines: split("\n") | map(select(. != ""));
      {$name, problems: ($problems | lines), notes: ($notes | lines), $took_s, figures: $figures[0]}' >"$dir/result.json"
  cat "$dir/result.json" >>"$(results).json"
  show "$dir/result.json"
  keep_result "$1" $((SECONDS - began)) "$(jq -c .problems "$dir/result.json")" \
    "$(jq -c '.figures + {notes: .notes | join(", ")}' "$dir/result.json")"
}

# run_scenario NAME[:VARIANT]: all its output goes to the log.
run_scenario() {
  name=$1
  dir="$(results)/${1/:/-}"
  load_scenario "$1"
  trap end_scenario EXIT
  enter restore
  lab restore ready
  note_serial
  if [[ $on_error = end ]]; then scenario; else scenario || exit; fi
}

end_scenario() {
  local status=$?
  set +e
  ((status == 0)) || problem "the scenario ended in phase '$phase' with status $status"
  keep_evidence
}

# keep_evidence: if there is a problem so far. Whoever is about to switch servers off calls it before.
keep_evidence() {
  [[ ! -s $dir/problems || -e $dir/evidence ]] || collect_evidence "$dir/evidence"
}
