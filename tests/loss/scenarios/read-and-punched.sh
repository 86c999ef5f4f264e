# shellcheck shell=bash disable=SC2034,SC2154
story="nobody dies: one client reads a file of many extents by its page cache while the other one punches it; nobody is fenced"
# A read that spans extents asks for one layout after the other. A recall that comes in between must not wait for that read;
# and who reads without a pause must not keep the other one from the file.
scenario() {
  local file="$mount_point/many-extents"
  on client "for ((i = 0; i < 256; i += 2)); do
      dd if=/dev/urandom of=$file bs=4k count=1 seek=\$i oflag=direct conv=notrunc,fsync status=none
    done"
  on client2 "dd if=/dev/zero of=$mount_point/registered bs=4k count=1 oflag=direct conv=fsync status=none"
  note_clients
  in_a_loop client "echo 1 >/proc/sys/vm/drop_caches; cat $file >/dev/null"
  in_a_loop client2 "for ((i = 0; i < 256; i += 17)); do
      fallocate -p -o \$((i * 4096 + 100)) -l 2 $file
      echo >>/root/holes
      dd if=/dev/zero of=$file bs=4k count=1 seek=\$i oflag=direct conv=notrunc,fsync status=none
    done"
  sleep 90
  judge_noted_clients
  nobody_was_fenced
  local reads holes
  reads=$(on client 'cat /root/rounds | wc -l') holes=$(on client2 'cat /root/holes | wc -l')
  ((reads > 0)) || problem "the reader came to no end"
  ((holes > 0)) || problem "no hole was punched"
  note "$reads rounds of reads, $holes holes"
}

in_a_loop() { # GUEST COMMANDS
  on "$1" 'cat >/root/loop' <<<"while true; do $2; echo >>/root/rounds; done"
  on "$1" "systemd-run --quiet --collect --unit=loop bash /root/loop"
}
