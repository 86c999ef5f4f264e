# shellcheck shell=bash disable=SC2034,SC2154
story="a client that writes directly sleeps until its lease is over, then its blocks become another file's, then it wakes up"
scenario() {
  files="$mount_point/writers-both"
  watch_requests client2
  start_on client2 write_victim
  wait_for 60 on client2 "grep -q 'ok fsync' /root/writers/victim.log" || problem "client2 does not write"
  judge_direct client2
  leave_free $((4 * mib))
  blocks_of mds1 writers-both/victim >"$dir/victim"
  lab freeze client2
  enter "wait until its lease is over"
  sleep 25
  is_registered client2 || problem "client2 was fenced although nobody wanted its blocks"
  enter "its blocks become another file's"
  # A removed one would keep its blocks as long as nfsd remembers client2's open.
  on_limit=120 on client "truncate -s 0 $files/victim" || problem "the victim cannot be truncated"
  is_unregistered client2 || problem "the victim's blocks were given away before client2 was fenced"
  on mds1 sync
  start_on client write_heir
  wait_for 90 on client "/root/writers/writers written" || problem "client does not write"
  blocks_of mds1 writers-both/heir >"$dir/heir"
  [[ $(comm -12 <(sort "$dir/victim") <(sort "$dir/heir")) ]] || problem "no block of the victim became the heir's: this tests nothing"
  enter "client2 wakes up"
  lab thaw client2
  wait_for 30 on client2 "dmesg | grep -q 'reservation conflict'" || problem "client2 tried no write: this tests nothing"
  sleep 5
  each "signal end"
  on client "/root/writers/writers differences $files" >"$dir/differences"
  [[ ! -s $dir/differences ]] || problem "the heir is damaged: $(head -n 1 "$dir/differences")"
  note "$(comm -12 <(sort "$dir/victim") <(sort "$dir/heir") | wc -l) blocks changed hands"
}

mib=$((1024 * 1024))

# leave_free BYTES: of the LUN. Which of more free blocks XFS takes is its own affair.
leave_free() {
  on mds1 "cd \$(findmnt -n -o TARGET -t xfs)/export && fallocate -l \$((\$(df -B1 --output=avail . | tail -n 1) - $1)) ballast && sync"
}

write_victim() {
  local i
  {
    printf '%s\n' 'allocate 0 4m' 'write direct 0 4m' fsync
    for ((i = 0; i < 6000; ++i)); do printf 'write direct %s 64k\npause 5\n' $((i % 64 * 65536)); done
  } >"$1/victim.script"
}

# More than what is free beside the victim's blocks: at least 2 MiB of its 4 become the heir's.
write_heir() {
  local i
  for ((i = 0; i < 96; ++i)); do echo "write direct $((i * 65536)) 64k"; done >"$1/heir.script"
  printf '%s\n' fsync 'wait /run/writers/end' >>"$1/heir.script"
}
