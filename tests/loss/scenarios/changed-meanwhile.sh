# shellcheck shell=bash disable=SC2034,SC2154
story="files that another client truncates, reallocates, punches or replaces between the crash and the late commit"
# client writes and is frozen; client2, which has the same files open, changes them as soon as it may, in the grace period;
# client wakes up and commits late.
scenario() {
  files="$mount_point/writers-both"
  # A grace period long enough for client2 to come back and to change them, on a slow machine too.
  on mds2 "sed -i 's/^lease_seconds = .*/lease_seconds = 60/' /etc/pnfs-ha/cluster.toml && systemctl restart pnfs-ha-agent"
  wait_for 60 on mds2 "pnfs-ha status --here >/dev/null" || problem "mds2 is not healthy with a longer lease"
  # client2 first: to open a file that another one writes would make that one commit.
  start_on client2 write_second
  wait_for 60 on client2 "/root/writers/writers written" || problem "client2 has not opened the files"
  start_on client write_first
  wait_for 60 on client "/root/writers/writers written" || problem "client has not written"
  lab freeze client
  lab power-cut mds1
  on client2 "/root/writers/writers signal cut"
  # As long as the grace period lasts no block is freed (keep_blocks). What nfsd would make of it is a line of defence
  # behind that one, and what this tests.
  wait_for 60 state_of mds2 '.role == "active" and .nfs.in_grace and .fencing.keeps_blocks' ||
    problem "mds2 keeps no blocks in the grace period"
  sleep 3
  ! on client2 "/root/writers/writers at end" || problem "client2 has freed blocks in the grace period"
  on mds2 'echo N >/sys/module/nfsd/parameters/keep_blocks'
  enter "wait until client2 has changed the files"
  wait_for 60 on client2 "/root/writers/writers at end" || problem "client2 could not change the files"
  state_of mds2 '.nfs.in_grace' || problem "the grace period is over: this tests nothing"
  lab thaw client
  on client "ip neigh flush to ${vip}; /root/writers/writers signal cut"
  await_recovery mds2
  wait_for 60 on client "/root/writers/writers at end" || problem "client could not sync"
  on client2 "cd $files && rm replaced && dd if=/dev/zero bs=64k count=4 status=none | tr '\0' R >replaced && sync replaced"
  each "signal end"
  sleep 1
  each stop
  enter judge
  late_commits mds2 >"$dir/late"
  (($(grep -c 'verdict=accepted ' "$dir/late") == 8)) || problem "not all eight files were committed late: this tests nothing"
  on client 'tar -C /root/writers/shadow -c .' | on client2 'mkdir /root/first && tar -C /root/first -xm'
  sed "s|FILES|$files|" "$here/check-changed" | on client2 'bash -s' >"$dir/changed" 2>&1 ||
    problem "$(paste -sd';' "$dir/changed")"
}

write_first() {
  local name
  for name in truncated reallocated punched tail partly untouched replaced; do
    printf '%s\n' 'write direct 0 1m' 'wait /run/writers/cut' fsync 'wait /run/writers/end' >"$1/$name.script"
  done
  # It has nothing but a size to commit.
  printf '%s\n' 'write buffered 0 10000' fsync 'write buffered 10000 100' writeback 'wait /run/writers/cut' fsync \
    'wait /run/writers/end' >"$1/shortened.script"
}

write_second() {
  local name
  declare -A change=(
    [truncated]='truncate 300000'
    [shortened]='truncate 9000'
    [reallocated]='truncate 4k; truncate 0; allocate 0 1m' # it believes that the file is empty: nothing else would be sent
    [punched]='punch 256k 256k; allocate 256k 256k'
    [tail]='punch 900k 124k'                # the last byte: what is before it must not go with it
    [partly]='truncate 1m; punch 1000 2000' # a part of an unwritten block, which XFS does not zero
    [untouched]='pause 1'
  )
  for name in "${!change[@]}"; do
    printf '%s\n' 'wait /run/writers/cut' "${change[$name]//; /$'\n'}" 'wait /run/writers/end' >"$1/$name.script"
  done
}
