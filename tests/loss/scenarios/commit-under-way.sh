# shellcheck shell=bash disable=SC2034,SC2154
story="an fsync() hangs when the active dies, and the writer goes on: what stock clients lose is named, and nothing else is"
scenario() {
  start_on client write_under_way
  for name in all-before some-after; do fsync_at_the_cut "$name"; done
  wait_for 60 on client "/root/writers/writers written" || problem "client has not written"
  wait_for 10 on mds1 "grep -q some-after /var/lib/nfs/nfsdcld/pnfs-ha-layouts.json" || problem "no entry in the journal"
  lab power-cut mds1
  on client "/root/writers/writers signal cut"
  wait_for 10 commits_hang || problem "no fsync hangs: this tests nothing"
  sleep 1
  on client "/root/writers/writers signal hanging"
  wait_for 5 on client "/root/writers/writers at recovered" || problem "the writer did not go on"
  ! serves mds2 || problem "mds2 served before the writer went on: this tests nothing"
  await_recovery mds2
  on client "/root/writers/writers signal recovered"
  wait_for 30 on client "/root/writers/writers at end" || problem "client could not sync"
  on client "/root/writers/writers failed" || problem "a writer met an error"
  enter judge
  on client "/root/writers/writers differences $(files_of client)" >"$dir/differences"
  sed -n 's/^some-after: block \([0-9]*\), zeros$/\1/p' "$dir/differences" | judge_losses some-after
  ! grep -v '^some-after: block [0-9]*, zeros$' "$dir/differences" || problem "more is lost"
  await_history mds2
  history_says mds2 'client/all-before +committed late: 1048576 bytes'
  history_says mds2 'client/some-after +in doubt: .*unwritten bytes 65536 to 1048575'
  on client "/root/writers/writers signal end; /root/writers/writers stop" || true
}

write_under_way() {
  printf '%s\n' 'write direct 0 1m' 'wait /run/writers/hanging' 'wait /run/writers/recovered' fsync \
    'wait /run/writers/end' >"$1/all-before.script"
  printf '%s\n' 'allocate 0 1m' 'write direct 0 64k' 'wait /run/writers/hanging' 'write direct 128k 256k' \
    'wait /run/writers/recovered' fsync 'wait /run/writers/end' >"$1/some-after.script"
}

# fsync_at_the_cut FILE: in another process. It has the file open for reading, so that closing it commits nothing.
fsync_at_the_cut() {
  on client "systemd-run --quiet --collect --unit=fsync-$1 bash -c '
    until exec 1<$(files_of client)/$1; do sleep 0.1; done
    until [[ -e /run/writers/cut ]]; do sleep 0.1; done
    exec dd if=/dev/null conv=fsync,notrunc'"
}

commits_hang() { [[ $(on client 'pgrep -c -x dd') = 2 ]]; }
