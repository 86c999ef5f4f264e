# shellcheck shell=bash disable=SC2154 # variables of the scenario
# The verdict on what a load saw: `pnfs-load judge` on this host, each thing that it finds a problem. Sourced, never run.

pnfs_load="${PNFS_LOAD:-$lab_root/build/host/tests/load/pnfs-load}"

need_judge() {
  "$pnfs_load" judge --help >/dev/null || {
    echo "there is no judge, $pnfs_load: cmake --build build/host --target pnfs-load (make does so)" >&2
    return 1
  }
}

# judge_load WHO REPORT.json OPTION...: with the judge's options. Leaves REPORT.figures.
judge_load() {
  local line found status=0
  found=$("$pnfs_load" judge "$2" --figures "${2%.json}.figures" "${@:3}") || status=$?
  [[ $status = 0 || $found ]] || found="no verdict on $2: the judge ended with status $status"
  [[ ! $found ]] || while read -r line; do problem "$1: $line"; done <<<"$found"
}

# figure FILE FILTER: of what judge_load left.
figure() { jq -r "$2" "$1"; }

# verify_load GUEST DIRECTORY: every block that its load has written there, against the journal on its own disk.
verify_load() {
  within 120 "$1" "pnfs-load verify $mount_point/$2 --journal /root/journal" >"$dir/verify-$1" 2>&1 ||
    problem "$1: verify: $(tail -n 1 "$dir/verify-$1")"
}
