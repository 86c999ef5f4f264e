# shellcheck shell=bash
# shellcheck disable=SC2154,SC2317 # set by bats and by the tests; called by what is sourced
# What the cluster tests share. A test starts from the snapshot `ready` (tests/scenario/ready.sh).

# shellcheck source=tests/lab/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/cluster.sh"
for part in ready console judge evidence; do
  # shellcheck disable=SC1090 # all are there
  . "$lab_root/tests/scenario/$part.sh"
done

# verify_archive: reads every byte that fio wrote and synced before the snapshot.
verify_archive() {
  on client "echo 3 >/proc/sys/vm/drop_caches; fio --name=archive --filename=$mount_point/archive --rw=write --bs=64k \
    --size=32m --direct=1 --verify=crc32c --verify_only --verify_fatal=1"
}

# Of a test that failed: what every guest says, in build/cluster/, and the agents' last words in its output.
teardown() {
  [[ ! $BATS_TEST_COMPLETED ]] || return 0
  local guest dir="$lab_root/build/cluster/${BATS_TEST_FILENAME##*/}-$BATS_TEST_NUMBER"
  uptime
  collect_evidence "$dir"
  for guest in mds1 mds2; do grep ' pnfs-ha\[' "$dir/$guest.journal" | tail -n 8 | sed "s/^/$guest: /"; done
  grep -h 'does not answer' "$dir"/*.state || true
}

# mountstats FILE: the client's counters, kept in a file of this test run.
mountstats() { on client "pnfs-load mountstats --json $mount_point" >"$1"; }

# counter FILE OPERATION
counter() { jq ".operations.$2" "$1"; }

# went_direct BEFORE AFTER: of what mountstats kept, that in between the client had layouts, and nothing went through the server.
went_direct() {
  local operation
  [ "$(jq -r .layout "$2")" = LAYOUT_SCSI ]
  [ "$(counter "$2" LAYOUTGET)" -gt "$(counter "$1" LAYOUTGET)" ]
  for operation in READ READ_PLUS WRITE; do
    [ "$(counter "$2" "$operation")" -eq "$(counter "$1" "$operation")" ]
  done
}

# judge_failover SECONDS OPTION...: what every client must have seen of a takeover, and the time that a direct read or write may
# have taken. It ends the load. The options are those of `pnfs-load judge`; metadata is away once, unless --outages says more.
judge_failover() {
  local problems=0 report="$lab_root/build/lab/report"
  [[ " $* " = *" --outages "* ]] || set -- "$@" --outages 1
  problem() {
    echo "PROBLEM: $*"
    problems=$((problems + 1))
  }
  stop_load >"$report.json"
  judge_load client "$report.json" --direct-limit "$1" "${@:2}"
  echo "# $(figure "$report.figures" '[to_entries[] | "\(.key) \(.value)"] | join(", ")')" >&3
  ((problems == 0))
}

# leave_alone SECONDS: the cluster comes back, and nobody looks: on one emulated processor a login takes 0.1 s and more from
# the clients that wait for it.
leave_alone() { sleep "$1"; }

# another_client_cannot_lock: while the load holds its lock, taken before the takeover.
another_client_cannot_lock() {
  run on client2 "pnfs-load lock $mount_point/load/held.lock"
  [[ $output = *"held by another"* ]]
}

# is_active SERVER, is_standby SERVER: as it says itself.
is_active() { is "$1" .role active; }
is_standby() { is "$1" .role standby; }
