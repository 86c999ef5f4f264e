# shellcheck shell=bash disable=SC2034,SC2154
story="what a stock client reads of a file that it truncated, after the LUN has refused it a write: the old bytes (image/nfsd/README.md, \"What a client still believes\")"
# The exact loss that is known: if it is gone, the client is another one, and docs/safety.md has to say so.
scenario() {
  local key server_key device old
  on client "cd $mount_point && tr '\0' A </dev/zero | dd of=cut bs=64k count=64 iflag=fullblock oflag=direct conv=fsync status=none"
  key=$(keys_of client | head -n 1)
  server_key=$(keys_of mds1 | head -n 1)
  device=$(on mds1 'findmnt -n -o SOURCE -t xfs')
  enter "take the LUN from client, and have it refuse one write"
  on mds1 "sg_persist --out --preempt-abort --param-rk=$server_key --param-sark=$key --prout-type=6 $device" >"$dir/preempt" ||
    problem "the key cannot be removed"
  on client "cd $mount_point && tr '\0' B </dev/zero | dd of=cut bs=64k count=1 iflag=fullblock oflag=direct conv=notrunc,fsync status=none"
  on client 'dmesg | grep -q "reservation conflict"' || problem "the LUN refused nothing: this tests nothing"
  switch_over # the client registers again
  enter "read, truncate, read"
  old=$(on client "cd $mount_point && exec 3<>cut && dd if=cut of=/dev/null bs=64k iflag=direct status=none &&
    truncate -s 64k cut && truncate -s 4M cut && dd if=cut bs=64k iflag=direct status=none | tr -d '\0' | wc -c")
  file_map mds2 cut >"$dir/map"
  grep -q ' 0\.\. *15:' "$dir/map" || problem "the server's map is not what it should be: $(paste -sd';' "$dir/map")"
  ((old > 65536)) || problem "the client reads zeros: the flaw that the documentation tells of is not there"
  note "$((old - 65536)) bytes that were truncated, as expected of a stock client"
}
