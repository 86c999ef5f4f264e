# shellcheck shell=bash
# What the long suites found, kept in docs/results/SUITE.jsonl with a hash of everything that the result depends on: a long
# run that was interrupted goes on where it stopped, and docs/faults.md (tests/scenario/table) knows what is stale. Sourced,
# never run.
#
# A suite calls keep_results if it is to do so; without that, nothing is skipped and nothing kept.

results_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
results_of= # the suite's name, if its results are kept

# tree_hash: of the files that a result depends on, as they are in the working tree.
tree_hash() (
  cd "$results_root" || exit
  git ls-files --cached --others --exclude-standard -z -- CMakeLists.txt src cmd image overlays tests |
    sort -z | xargs -0 sha256sum 2>/dev/null | sha256sum | cut -c1-12
)

# keep_results SUITE: with another kernel on the clients (tests/lab/name.sh) it is another suite.
keep_results() {
  results_of=$1${of_client_kernel:-}
  results_hash=$(tree_hash)
  results_file="$results_root/docs/results/$results_of.jsonl"
  mkdir -p "${results_file%/*}"
  touch "$results_file"
}

# is_proven NAME: it passed with just these files.
is_proven() {
  [[ $results_of ]] &&
    jq -e -s --arg name "$1" --arg hash "$results_hash" 'any(.[]; .name == $name and .hash == $hash and .problems == [])' \
      "$results_file" >/dev/null
}

# unless_proven NAME COMMAND...: runs it, or says why not.
unless_proven() {
  if is_proven "$1"; then
    printf '%-24s %6s  %s\n' "$1" "" "proven for these files: docs/results/$results_of.jsonl"
  else
    "${@:2}"
  fi
}

# keep_result NAME TOOK_S PROBLEMS FIGURES: instead of the earlier result of that name. PROBLEMS and FIGURES are JSON.
keep_result() {
  [[ $results_of ]] || return 0
  local line
  line=$(jq -nc --arg name "$1" --argjson took_s "$2" --argjson problems "$3" --argjson figures "$4" --arg hash "$results_hash" \
    --arg commit "$(git -C "$results_root" describe --always --dirty)" --arg date "$(date -u +%F)" --arg machine "$(machine)" \
    '{$name, $problems, $took_s, $figures, $date, $commit, $hash, $machine}')
  { jq -c --arg name "$1" 'select(.name != $name)' "$results_file" && echo "$line"; } | sort >"$results_file.new"
  mv "$results_file.new" "$results_file"
  "$results_root/tests/scenario/table" >"$results_root/build/faults.md"
  mv "$results_root/build/faults.md" "$results_root/docs/faults.md"
}

# The machine on which a figure was measured.
machine() {
  local accel=kvm
  [[ $(cut -d' ' -f2 "$results_root/build/lab/acceleration" 2>/dev/null) != tcg ]] || accel="software emulation"
  echo "$(nproc) cores, $accel"
}
