# shellcheck shell=bash disable=SC2154 # variables of loss
# The writers of both clients, and the verdict on what they wrote. Sourced, never run.

files= # of a scenario whose clients share them
files_of() { echo "${files:-$mount_point/writers-$1}"; }

each() {
  local guest
  for guest in "${clients[@]}"; do on "$guest" "/root/writers/writers $1" || return 1; done
}

# start_writers FUNCTION: FUNCTION DIRECTORY GUEST writes the scripts.
start_writers() {
  local guest scripts
  enter "start the writers"
  for guest in "${clients[@]}"; do
    scripts="$dir/scripts-$guest/writers"
    mkdir -p "$scripts"
    cp "$here/writers" "$scripts/"
    "$1" "$scripts" "$guest"
    tar -C "$dir/scripts-$guest" -c . | on "$guest" 'tar -C /root -xm'
    on "$guest" "/root/writers/writers start $(files_of "$guest")"
  done
}

# write_all FUNCTION: until each has come to its first wait.
write_all() {
  start_writers "$1"
  wait_for 90 each written || problem "not all is written: $(stragglers)"
}

# start_on GUEST FUNCTION
start_on() {
  clients=("$1")
  start_writers "$2"
  clients=(client client2)
}

wait_at() { wait_for "${2:-60}" each "at $1" || problem "writers are stuck before '$1': $(stragglers)"; }

# The last line of each writer that has not come to its end, or its error.
stragglers() {
  local guest
  for guest in "${clients[@]}"; do on "$guest" "/root/writers/writers stragglers" | sed "s/^/$guest: /"; done | head -n 5 | paste -sd';'
}

# layoutcommits GUEST
layoutcommits() { on "$1" "pnfs-load mountstats --json $mount_point" | jq .operations.LAYOUTCOMMIT; }

# lost_files: names those whose content is not their shadow's, in anybody's eyes. The other client looks first: that takes
# the writer's layouts away, and with them what a stock client may believe to be a hole (docs/safety.md, What is not promised).
lost_files() {
  local guest other viewer server mounted
  server=$(active_server)
  mounted=$(on "$server" "findmnt -n -o TARGET -t xfs")
  for guest in "${clients[@]}"; do
    other=$(other_client "$guest")
    on "$guest" "/root/writers/writers digests /root/writers/shadow" >"$dir/$guest.shadow"
    on "$other" "/root/writers/writers digests $(files_of "$guest")" >"$dir/$guest.other"
    on "$guest" "/root/writers/writers digests $(files_of "$guest")" >"$dir/$guest.own"
    on "$server" "cd $mounted/export/writers-$guest && find . -type f -print0 | sort -z | xargs -0 sha256sum" >"$dir/$guest.server"
    for viewer in own other server; do
      diff "$dir/$guest.shadow" "$dir/$guest.$viewer" | sed -n "s|^< [0-9a-f]*  ./|$guest/|p"
    done
  done | sort -u
}

show_differences() {
  local guest
  for guest in "${clients[@]}"; do on "$guest" "/root/writers/writers differences $(files_of "$guest")"; done >"$dir/differences" 2>&1
}

# A takeover is judged two lease times after the grace period.
await_history() { wait_for 90 history_is_written "$1" || problem "nothing went down in history"; }
history_is_written() {
  on "$1" 'pnfs-ha history --files' >"$dir/history" && grep -qE ' took over from mds1( in order)?: ' "$dir/history" &&
    ! grep -q 'not on record yet' "$dir/history"
}
history_says() { grep -qE -- "$2" "$dir/history" || problem "history does not say '$2'"; }

# late_commits SERVER: what its nfsd tells of them.
late_commits() { on "$1" cat /proc/fs/nfsd/late_layoutcommits; }

# finish: the verdict of a scenario in which nothing may be lost.
finish() {
  local lost
  each "signal end"
  wait_at end 30
  each failed >"$dir/errors" || problem "a writer met an error: $(head -n 1 "$dir/errors")"
  each stop || true
  enter judge
  lost=$(lost_files)
  [[ ! $lost ]] || show_differences
  [[ ! $lost ]] || problem "$(wc -l <<<"$lost") files differ from what was written: $(paste -sd' ' <<<"$lost")"
  note "$(cat "$dir"/*.shadow | wc -l) files intact"
}
