# shellcheck shell=bash disable=SC2034,SC2154
story="1,000 clients with an open file, a layout and a registration each; the active dies, and all come back"
time_limit=7200
scenario() {
  local count=${given:-1000} name
  prepare_costs
  measure few 60 mds1 mds2
  make_files "$count"
  start_crowd "$count"
  fetch_crowd
  keys_since 0 >"$dir/keys"
  register_keys "$dir/keys"
  are_known "$dir/keys" "before the crash"
  measure many 60 mds1 mds2
  wait_for 60 both_are_healthy || problem "not healthy with $count clients: $(why_unhealthy)"
  crash
  enter "until all are back"
  wait_for 600 have_told "$count" layout "$crashed" || problem "only $(count_told layout "$crashed") of $count clients are back: $(why_not)"
  end_load
  # With the first look after the grace period the fencer knows who came back; whoever it takes for gone it fences in the next.
  wait_for 300 is_calm mds2 || problem "mds2 wants to fence $(status mds2 '.fencing.strangers | length') registrations"
  are_known "$dir/keys" "after the takeover: their clients were fenced"
  fetch_crowd
  judge_crowd "$count"
  keys_since "$crashed" >"$dir/new-keys"
  register_keys "$dir/new-keys"
  are_known "$dir/new-keys" "after all have registered anew"
  measure after 60 mds2
  on mds2 'dmesg | grep -c "too many open connections" || true' >"$dir/closed"
  [[ $(<"$dir/closed") = 0 ]] || note "nfsd closed connections because there were too many"
  [[ $(status mds2 '.fenced | length') = 0 ]] || problem "mds2 has fenced: $(status mds2 '.fenced[0].why')"
  no_conflicts
  for name in few_mds1 many_mds1 few_mds2 many_mds2 after_mds2; do note_costs "${name%_*}" "${name#*_}"; done
}
