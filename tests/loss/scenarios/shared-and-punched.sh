# shellcheck shell=bash disable=SC2034,SC2154
story="threads of one client read and write files directly without a pause while the other one punches them, before and after a switchover: holes read as zeros, and what is written afterwards is in the file"
# A layout that is in use when it is recalled comes back by LAYOUTRETURN, which makes no stock client forget its extents. Two
# threads that ask for the next one meanwhile keep them alive: reads bring what was punched, writes go to blocks that are free.
scenario() {
  local read="$mount_point/read-and-punched" written="$mount_point/written-and-punched" lost
  on client "for file in $read $written; do
      tr '\0' A </dev/zero | dd of=\$file bs=64k count=32 iflag=fullblock oflag=direct conv=fsync status=none
    done"
  wait_for 20 is_registered client || problem "client does not write directly: this tests nothing"
  watch_requests client
  start_threads
  judge_direct client
  enter "punch"
  punch 0 2 4 6 8 10 12 14
  switch_over
  enter "punch again"
  punch 16 18 20 22 24 26 28 30
  stop_threads
  lost=$(on client2 "dd if=$written bs=64k iflag=direct status=none | tr -d A | wc -c")
  ((lost == 0)) || problem "client2 misses $lost bytes that client has written and synced since they were punched"
  nobody_was_fenced
}

# Four threads read one file, four write the other one. Both stay open: no layout is returned by a close. Two files, for reads
# look at what a layout to read has said first.
start_threads() {
  on client 'cat >/root/threads' <<TEXT
exec 3<$read 4<>$written
for n in 0 1 2 3; do
  while [[ ! -e /root/stop ]]; do
    dd if=$read of=/dev/null bs=64k iflag=direct status=none && echo >>/root/rounds-read-\$n
  done &
  while [[ ! -e /root/stop ]]; do
    tr '\0' A </dev/zero | dd of=$written bs=64k count=8 seek=\$((8 * n)) iflag=fullblock oflag=direct conv=notrunc,fsync status=none &&
      echo >>/root/rounds-written-\$n
  done &
done
wait
TEXT
  on client "rm -f /root/stop; systemd-run --quiet --collect --unit=threads bash /root/threads"
  each_has_come_round
}

# each_has_come_round: each thread has begun and ended a round since.
each_has_come_round() {
  on client 'rm -f /root/rounds-*'
  wait_for 120 on client 'rounds=(/root/rounds-*); ((${#rounds[@]} == 8)) && for one in "${rounds[@]}"; do (($(wc -l <"$one") > 1)) || exit; done' ||
    problem "a thread of client's does not come round"
}

stop_threads() {
  each_has_come_round
  on client 'touch /root/stop'
  wait_for 120 threads_ended || problem "client's threads do not end"
}
threads_ended() { ! on client systemctl is-active --quiet threads; }

# punch SLOT...: client2 punches these of both files, then client reads them.
punch() {
  local old
  on_limit=200 on client2 "for slot in $*; do
      fallocate -p -o \$((slot * 65536)) -l 65536 $read && fallocate -p -o \$((slot * 65536)) -l 65536 $written || exit
    done" || problem "client2 cannot punch"
  old=$(on client "for slot in $*; do dd if=$read bs=64k skip=\$slot count=1 iflag=direct status=none; done | tr -d '\0' | wc -c")
  ((old == 0)) || problem "client reads $old bytes that client2 has punched"
}
