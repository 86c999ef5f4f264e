# shellcheck shell=bash disable=SC2034,SC2154
story="nobody dies: a file that a client writes directly is removed, and another one replaced, by the other client; no layout of a file without a name is left"
# Its blocks are freed at the next server's mount at the latest, before anybody knows who still writes to them.
scenario() {
  local inodes
  on client "cd $mount_point && : >removed >replaced >other"
  inodes=$(on client "stat -c %i $mount_point/removed $mount_point/replaced" | paste -sd'|')
  on client 'cat >/root/writer' <<'TEXT'
exec 3<>removed 4<>replaced
write() { dd if=/dev/zero bs=1M count=4 oflag=direct conv=notrunc status=none >&"$1"; }
write 3 && write 4 && touch /root/written
while [[ ! -e /root/gone ]]; do sleep 0.2; done
write 3 && write 4 && touch /root/written-again
sleep 600
TEXT
  on client "systemd-run --quiet --collect --unit=writer --working-directory=$mount_point bash /root/writer"
  wait_for 30 on client 'test -e /root/written' || problem "client has not written"
  (($(layouts_of mds1 "$inodes") == 2)) || problem "client holds no layouts of both files: this tests nothing"
  on client2 "cd $mount_point && rm removed && mv -f other replaced" || problem "client2 cannot remove or replace"
  (($(layouts_of mds1 "$inodes") == 0)) || problem "a layout is left of a file without a name"
  on client 'touch /root/gone'
  wait_for 60 on client 'test -e /root/written-again' || problem "client cannot write to what it has open"
  (($(layouts_of mds1 "$inodes") == 0)) || problem "a layout was given of a file without a name"
  nobody_was_fenced
}

# layouts_of SERVER INODES: how many there are of files with these numbers, separated by |.
layouts_of() { on "$1" "cat /proc/fs/nfsd/clients/*/states" | grep 'type: layout' | grep -c -E ":($2)\"" || true; }
