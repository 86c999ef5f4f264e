# shellcheck shell=bash disable=SC2034,SC2154
story="a switchover while a client that has written directly is cut off: it is named, the switchover goes on, nothing is lost"
scenario() {
  local began
  write_all write_scripts
  lab link client2 lan down
  began=$SECONDS
  enter "switchover"
  on_limit=120 on mds1 pnfs-ha switchover >"$dir/switchover" || problem "the switchover failed"
  enter "it took $((SECONDS - began)) s"
  grep -q ' will be committed at the other server if' "$dir/switchover" || problem "it names nobody"
  grep -q 'writers-client2/' "$dir/switchover" || problem "it does not name client2's files"
  ! grep -q 'writers-client/' "$dir/switchover" || problem "it names files of the client that answers"
  wait_for 30 state_of mds2 '.role == "active" and .nfs.in_grace' || problem "mds2 is in no grace period: this tests nothing"
  lab link client2 lan up
  wait_for 60 recovered mds2 || problem "the clients do not recover"
  each "signal cut"
  each "signal recovered"
  wait_at end 60
  note "switchover in $((SECONDS - began)) s, $(sed -n 's/^[0-9]* files in [0-9.]* s; \([0-9]*\) .*/\1 files named/p' "$dir/switchover")"
  finish
  await_history mds2
  history_says mds2 'client2/new-after +committed late'
  ! grep 'may have lost' "$dir/history" || problem "history speaks of a loss"
}
