# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# The whole lab, saved and had again in seconds: memory, disks, connections, reservations. Sourced, never run.
#
# All stop, all save, all continue: what was under way between two guests is in the saved packets' senders, and TCP repeats
# it. A restore takes new QEMU processes: an old one's clock would run on, and every timeout of the cluster would fire.

snapshot_dir() { echo "$lab_dir/saved/$1"; }

need_snapshot_name() {
  [[ ${1:-} =~ ^[A-Za-z][A-Za-z0-9_.-]*$ ]] || die "'${1:-}' cannot name a snapshot" "letters, digits, . _ -"
}

# save NAME: one that exists is replaced.
save() {
  local running seconds
  need_snapshot_name "${1:-}"
  snapshot=$1
  mapfile -t running < <(running_guests)
  ((${#running[@]} > 0)) || die "there is nothing to save" "lab up"
  # A connection from the host would be a half-dead one after the restore.
  for_each close_ssh "${running[@]}"
  for_each stop_cpu "${running[@]}"
  seconds=$(lab_seconds)
  rm -rf "$(snapshot_dir "$snapshot")"
  if ! for_each save_guest "${running[@]}"; then
    for_each continue_cpu "${running[@]}"
    die "cannot save $snapshot" "see above; lab monitor GUEST 'info snapshots'"
  fi
  mkdir -p "$(snapshot_dir "$snapshot")"
  printf '%s\n' "${running[@]}" >"$(snapshot_dir "$snapshot")/guests"
  echo "$seconds" >"$(snapshot_dir "$snapshot")/seconds"
  go_back_to "$seconds"
  for_each continue_cpu "${running[@]}"
  say "saved $snapshot: ${running[*]}"
}

# restore NAME: exactly the guests that were saved run afterwards, all links are whole. Works after `lab down` too.
restore() {
  local saved seconds
  need_snapshot_name "${1:-}"
  snapshot=$1
  [[ -e $(snapshot_dir "$snapshot")/guests ]] || die "there is no snapshot named $snapshot" \
    "one of: $(cd "$lab_dir/saved" 2>/dev/null && echo *)"
  mapfile -t saved <"$(snapshot_dir "$snapshot")/guests"
  seconds=$(<"$(snapshot_dir "$snapshot")/seconds")
  for_each power_cut "${guests[@]}"
  make_network
  mend_all_links
  for_each load_guest "${saved[@]}" || die "cannot restore $snapshot" "lab down, then lab up"
  go_back_to "$seconds"
  for_each continue_cpu "${saved[@]}"
  say "restored $snapshot: ${saved[*]}"
}

# forget_snapshots_of GUEST...: their disks go, and with them every snapshot they were part of.
forget_snapshots_of() {
  local dir guest
  for dir in "$lab_dir"/saved/*/; do
    for guest in "$@"; do
      if grep -qx "$guest" "$dir/guests" 2>/dev/null; then rm -rf "$dir"; fi
    done
  done
}

stop_cpu() { monitor "$1" stop; }
continue_cpu() { monitor "$1" cont; }
save_guest() { monitor "$1" "savevm $snapshot"; }
load_guest() { start_guest "$1" -loadvm "$snapshot" -S; }
