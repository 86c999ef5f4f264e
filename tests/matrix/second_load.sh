# shellcheck shell=bash disable=SC2154 # variables of the scenario
# A load on client2 as well, for the faults that cut it off. Sourced, never run.

# client2_writes_directly: from here on, under its own key.
client2_writes_directly() {
  on client2 "pnfs-load prepare $mount_point/load2 --files 1 --size-mib 1"
  on client2 "systemd-run --quiet --collect --unit=load pnfs-load run $mount_point/load2 --report /root/report.json \
    --journal /root/journal"
  wait_for 20 on client2 'journalctl -u load -o cat | grep -qx running'
  wait_for 20 is_registered client2
  sleep 2
}

# client2_writes_again: its metadata operations work, and its load finishes.
client2_writes_again() {
  wait_for 60 client2_works ||
    problem "client2: nothing works after the heal: $(client2_works 2>&1)"
  sleep 3
  on client2 'systemctl stop load'
  on client2 cat /root/report.json >"$dir/report2.json" || problem "client2: its load left no report"
}

client2_works() { soon client2 "timeout -s KILL 5 touch $mount_point/load2/probe"; }

# judge_client2 [FORGIVEN]: its lock may be lost, for its lease was over; no write may be, and no application may see an error.
judge_client2() {
  judge_load client2 "$dir/report2.json" --forgive "${1:-lock,short-files,direct}"
  verify_load client2 load2
}

# writes_directly GUEST: now, to a new file. The loads beside it may not go through the server either.
writes_directly() {
  on "$1" "pnfs-load mountstats --json $mount_point >/root/before
    dd if=/dev/urandom of=$mount_point/new-of-$1 bs=64k count=4 oflag=direct conv=fsync status=none
    pnfs-load mountstats --json $mount_point >/root/after; pnfs-load diff /root/before /root/after" >"$dir/direct-$1" 2>&1 || true
  jq -e '.direct_io and .layoutget_delta > 0' "$dir/direct-$1" >/dev/null
}

both_write_directly() {
  local guest
  for guest in client client2; do
    writes_directly "$guest" || problem "$guest does not write directly: $(paste -sd' ' "$dir/direct-$guest")"
  done
}

# judge_bystanders: two clients with direct writes, one or both out of reach for a while, whose blocks nobody wanted.
judge_bystanders() {
  judge_client2 lock,short-files
  judge_noted_clients
  [[ $(wc -l <"$dir/clients-before") = 2 ]] || problem "not both clients were registered: this tests nothing"
}
