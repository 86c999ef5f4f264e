# shellcheck shell=bash disable=SC2034,SC2154
story="nobody dies: a client punches, truncates and writes the same files directly, as virtual disks with discards do; nobody is fenced"
scenario() {
  local conflicts
  on client "mkdir -p $mount_point/discards"
  watch_requests client
  lab put client "$here/discard" /root/
  on client "systemd-run --quiet --collect --unit=discard /root/discard $mount_point/discards 45"
  wait_for 20 is_registered client || problem "client does not write directly: this tests nothing"
  enter "look at its registration"
  while on client systemctl is-active --quiet discard; do
    is_registered client || problem "client lost its registration"
    sleep 1
  done
  on client 'journalctl -u discard -o cat' | tee "$dir/discard" | grep -q '^done: ' || problem "the writer ended early: $(tail -n 1 "$dir/discard")"
  conflicts=$(on client "dmesg | grep -c 'reservation conflict'" || true)
  ((conflicts == 0)) || problem "the LUN refused client $conflicts times"
  judge_requests client
  on client "pnfs-load mountstats $mount_point" | grep -q 'pnfs=LAYOUT_SCSI' || problem "client writes through the server"
  on mds1 'dmesg | grep "NFSD: .*fence"' >"$dir/fences" && problem "$(head -n 1 "$dir/fences")"
  note "$(sed -n 's/^done: //p' "$dir/discard")"
}
