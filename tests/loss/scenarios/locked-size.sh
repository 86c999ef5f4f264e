# shellcheck shell=bash disable=SC2034,SC2154
story="a file grows under the other client's lock: what a direct read of it sees under this one's, before and after fstat()"

# at_file COMMAND: on client, by the descriptor that it has had open with O_DIRECT since before.
at_file() {
  on client "before=\$(wc -l </run/at-file.out); echo '$1' >/run/at-file
    for _ in \$(seq 100); do [[ \$(wc -l </run/at-file.out) -gt \$((before + 1)) ]] && break; sleep 0.1; done; tail -n +\$((before + 1)) /run/at-file.out"
}

# bytes_read OFFSET LENGTH
bytes_read() { at_file "pread $1 $2" | sed -n 's|^read \([0-9]*\)/.*|\1|p'; }

scenario() {
  local file=$mount_point/locked-size size=65536 seen
  note_conflicts
  # Who locks has it open as well: an open() would ask for the size.
  on client "dd if=/dev/urandom of=$file bs=4k count=1 oflag=direct conv=fsync status=none; mkfifo /run/at-file /run/lock-it
    systemd-run --quiet --collect --unit=locker sh -c 'exec 8<>$file; read -r word </run/lock-it; flock 8; : >/run/locked; exec sleep 1h'
    systemd-run --quiet --collect --unit=at-file --property=StandardOutput=file:/run/at-file.out \
      sh -c 'exec 3<>/run/at-file; exec stdbuf -oL xfs_io -d $file <&3'"
  [[ $(bytes_read 0 $size) = 4096 ]] || problem "client does not read what it wrote"
  on client2 "flock $file dd if=/dev/urandom of=$file bs=4k seek=1 count=15 oflag=direct conv=notrunc,fsync status=none"
  judge_registrations
  on client "echo lock >/run/lock-it"
  wait_for 60 on client "[[ -e /run/locked ]]" || problem "client gets no lock"
  seen=$(bytes_read 0 $size)
  note "Linux $(on client uname -r) reads $seen of $size bytes under the lock"
  at_file stat >"$dir/stat"
  grep -q "stat.size = $size" "$dir/stat" || problem "fstat() says $(grep stat.size "$dir/stat")"
  [[ $(bytes_read 0 $size) = "$size" ]] || problem "client does not read all of it after fstat()"
  # docs/clients.md tells of it; a kernel that does better should be told of as well.
  [[ $seen = 4096 ]] || problem "client reads $seen bytes of a file that has grown to $size: docs/clients.md says 4096"
}
