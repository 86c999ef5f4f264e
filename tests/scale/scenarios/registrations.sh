# shellcheck shell=bash disable=SC2034,SC2154
story="2,000 registrations of clients that are off; the active dies, and the next one removes them one by one"
time_limit=7200
scenario() {
  local count=${given:-2000} name
  prepare_costs
  prove_removal
  list_registrations mds1 few
  measure few 60 mds1 mds2
  keys_of_start "$(on mds1 cat /sys/module/nfsd/parameters/boot_second)" "$count" >"$dir/keys"
  register_keys "$dir/keys"
  are_known "$dir/keys" "before the crash"
  list_registrations mds1 many
  (($(kept .many_shown) >= count)) || problem "reservation show tells of $(kept .many_shown) registrations"
  wait_for 60 both_are_healthy || problem "not healthy with $count registrations: $(why_unhealthy)"
  measure many 60 mds1 mds2
  crash
  list_registrations mds2 after
  on mds2 /root/costs now >"$dir/fencing-mds2.began"
  end_load
  enter "until the last is removed"
  wait_for 3600 is_calm mds2 || problem "an hour after the takeover, $(status mds2 '.fencing.strangers | length') registrations are to be removed"
  keep removed_after_s "$SECONDS"
  on mds2 /root/costs now >"$dir/fencing-mds2.ended"
  sum_up_costs fencing mds2
  enter judge
  known_keys | grep -cxFf "$dir/keys" >"$dir/left" || true
  [[ $(<"$dir/left") = 0 ]] || problem "$(<"$dir/left") of the $count are still registered"
  no_conflicts
  lab power-on mds1
  wait_for 180 both_are_healthy || problem "not healthy at the end: $(why_unhealthy)"
  for name in few_mds1 many_mds1 few_mds2 many_mds2 fencing_mds2; do note_costs "${name%_*}" "${name#*_}"; done
  note "reservation show took $(kept .few_show_s) s before, $(kept .many_show_s) s with all, $(kept .after_show_s) s after the takeover"
  note "the last of $count was removed $(kept .removed_after_s) s after the crash"
}

# keys_of_start SECOND COUNT: as that start of nfsd gives them, or the fencer would remove them at once. Nobody has these: nfsd begins
# with a number at random.
keys_of_start() {
  local n
  for ((n = 1; n <= $2; ++n)); do printf '0x%08x%08x\n' "$1" $((0x5ca10000 + n)); done
}

# What a session registered, another one with the same ISID can take back.
prove_removal() {
  printf '0x5ca1e%04x\n' 1 2 3 >"$dir/three"
  known_keys >"$dir/before"
  register_keys "$dir/three"
  on client2 "pnfs-registrations remove 3 $road" || problem "client2 cannot remove registrations"
  known_keys | diff - "$dir/before" >"$dir/left-over" || problem "other keys than before are registered: $(paste -sd' ' "$dir/left-over")"
}
