# shellcheck shell=bash disable=SC2034,SC2154
story="a client overwrites directly what another one has in its page cache, and commits late: the other one reads what was written"
# An overwrite brings no block to commit and no size; all that tells of it is the file's change attribute.
scenario() {
  files="$mount_point/writers-both"
  start_on client overwrite
  wait_for 60 on client "/root/writers/writers at overwrite" || problem "client has not written"
  on client2 "cat $files/seen >/dev/null"
  on client "/root/writers/writers signal overwrite"
  wait_for 60 on client "/root/writers/writers at cut" || problem "client has not overwritten"
  lab power-cut mds1
  on client "/root/writers/writers signal cut"
  await_recovery mds2
  wait_for 60 on client "/root/writers/writers at end" || problem "client could not sync"
  enter judge
  late_commits mds2 >"$dir/late"
  grep -q 'verdict=accepted .*kept=0 dropped=0 ' "$dir/late" || problem "no overwrite was committed late: this tests nothing"
  on client 'cat /root/writers/shadow/seen' | on client2 "cmp - $files/seen" >"$dir/differences" 2>&1 ||
    problem "client2 reads what was there before: $(paste -sd';' "$dir/differences")"
  on client "/root/writers/writers signal end"
  sleep 1
  on client "/root/writers/writers stop"
}

overwrite() {
  printf '%s\n' 'write direct 0 64k' fsync 'wait /run/writers/overwrite' 'write direct 0 64k' 'wait /run/writers/cut' fsync \
    'wait /run/writers/end' >"$1/seen.script"
}
