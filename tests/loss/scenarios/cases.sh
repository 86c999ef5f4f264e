# shellcheck shell=bash disable=SC2034,SC2154
story="every way to write, fsync before, during and after the outage, two clients; the active's power is cut"
scenario() {
  local before guest
  note_conflicts
  write_all write_scripts
  judge_registrations
  before=$(layoutcommits client)
  sleep 1
  [[ $(layoutcommits client) = "$before" ]] || problem "something commits by itself"
  lab power-cut mds1
  each "signal cut"
  await_recovery mds2
  each "signal recovered"
  wait_at end 60
  finish
  enter "what the server says of them"
  await_history mds2
  for guest in "${clients[@]}"; do
    # Of who writes through the server nothing is to be committed late.
    [[ ! ${through_server[$guest]:-} ]] || continue
    history_says mds2 "$guest/new-during +committed late: 1048576 bytes"
    history_says mds2 "$guest/allocated-part-after +committed late: 528384 bytes"
    history_says mds2 "$guest/append-in-block-after +committed late: 100 bytes"
    history_says mds2 "$guest/new-before +nothing to commit"
  done
  ! grep 'may have lost' "$dir/history" || problem "history speaks of a loss"
}
