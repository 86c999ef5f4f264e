# shellcheck shell=bash disable=SC2034,SC2154
story="a client that is cut off during the whole takeover commits when grace is over: refused, named, and nothing made up"
scenario() {
  write_all write_scripts
  lab link client2 lan down
  lab power-cut mds1
  enter "wait for recovery without client2"
  wait_for 60 recovered mds2 || problem "mds2 does not serve"
  wait_for 10 is_unregistered client2 || problem "client2 keeps its registration"
  lab link client2 lan up
  enter "client2 comes back"
  wait_for 60 soon client2 "timeout -s KILL 5 touch $mount_point/back" || problem "client2 does not come back"
  each "signal cut"
  each "signal recovered"
  wait_at end 90
  each "signal end"
  sleep 1
  each stop || true
  enter judge
  lost_files >"$dir/lost"
  # What was synced before, and what overwrites, is safe even so.
  ! grep -v -E '^client2/(new|append|append-bytes|append-in-block|sparse|allocated|allocated-part|mixed|written-back|mapped-back)-(during|after)$' \
    "$dir/lost" || problem "lost what could not be: $(paste -sd' ' "$dir/lost")"
  on client2 "/root/writers/writers differences $(files_of client2)" >"$dir/differences" || true
  ! grep 'other content' "$dir/differences" || problem "a file has somebody else's content"
  late_commits mds2 >"$dir/late"
  ! grep 'verdict=accepted client=10.77.0.22 ' "$dir/late" || problem "client2 has committed late"
  await_history mds2
  sed 's|.*|writers-& +may have lost blocks: its late commit was refused|' "$dir/lost" >"$dir/named"
  while read -r line; do history_says mds2 "$line"; done <"$dir/named"
  history_says mds2 'client/new-after +committed late'
  note "$(wc -l <"$dir/lost") files of client2 have lost what it had not committed"
}
