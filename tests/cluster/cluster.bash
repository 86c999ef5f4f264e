# shellcheck shell=bash
# shellcheck disable=SC2154 # set by bats and by the tests
# What the cluster tests share. A test starts from the snapshot `ready`: two servers, two clients that mounted the
# export, files written in full. A scenario costs seconds; the snapshot is made once for every image.

# shellcheck source=tests/lab/cluster.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lab/cluster.sh"

image_stamp() { stat -c '%Y %s' "$lab_root"/build/image/{pnfs-ha,lab,"lab$of_client_kernel"}.raw; }
stamp_file="$lab_dir/ready-of"

prepare_files() {
  on client "pnfs-load prepare $mount_point/load --files 2 --size-mib 8" &&
    on client "fio --name=archive --filename=$mount_point/archive --rw=write --bs=64k --size=32m --direct=1 \
      --verify=crc32c --do_verify=0 --end_fsync=1 --output=/dev/null"
}

# verify_archive: reads every byte that fio wrote and synced before the snapshot.
verify_archive() {
  on client "echo 3 >/proc/sys/vm/drop_caches; fio --name=archive --filename=$mount_point/archive --rw=write --bs=64k \
    --size=32m --direct=1 --verify=crc32c --verify_only --verify_fatal=1"
}

# need_ready: the snapshot `ready`, made by founding.bats if the image has none yet.
need_ready() {
  [[ $(cat "$stamp_file" 2>/dev/null) = "$(image_stamp)" ]] || make_ready || return
  lab restore ready
}

# Each step by itself: bash goes on after one that failed where somebody asks for the function's status.
make_ready() {
  rm -f "$stamp_file"
  lab down && lab up && found_cluster && mount_on client && mount_on client2 && prepare_files && save_ready
}

# Of a test that failed: what every guest says, in build/cluster/, and the agents' last words in its output.
teardown() {
  [[ ! $BATS_TEST_COMPLETED ]] || return 0
  local guest dir="$lab_root/build/cluster/${BATS_TEST_FILENAME##*/}-$BATS_TEST_NUMBER"
  mkdir -p "$dir"
  uptime
  for guest in mds1 mds2 san client client2; do
    timeout --kill-after=2 60 "$lab_root/tests/lab/lab" ssh "$guest" 'echo w >/proc/sysrq-trigger; cat /run/pnfs-ha/status.json /proc/drbd
      journalctl -b --no-hostname -o short-precise' >"$dir/$guest" 2>&1 || does_not_answer "$guest"
    grep ' pnfs-ha\[' "$dir/$guest" | tail -n 8 | sed "s/^/$guest: /"
  done
}

# What a guest that ssh does not reach is at: its processor, three times, and its console.
does_not_answer() {
  for _ in 1 2 3; do
    lab monitor "$1" 'info status'
    lab monitor "$1" 'info registers' | grep -oE 'RIP=[0-9a-f]+|HLT=1' | paste -sd' '
  done | sed "s/^/$1 does not answer: /"
  lab console "$1" -n 20 | sed "s/^/$1: /"
}

save_ready() {
  wait_for 60 is_healthy mds1 && wait_for 60 is_healthy mds2 && lab save ready && image_stamp >"$stamp_file"
}

# mountstats FILE: the client's counters, kept in a file of this test run.
mountstats() { on client "pnfs-load mountstats --json $mount_point" >"$1"; }

# counter FILE OPERATION
counter() { jq ".operations.$2" "$1"; }

# longest CLASS: of the load's report in $report, in seconds.
longest() { jq -r ".classes.$1.longest.seconds" <<<"$report"; }

# pause: how late the client woke a thread that only sleeps, in seconds, at worst.
pause() { jq .machine.longest.seconds <<<"$report"; }

# outages CLASS: its stalls, those that follow each other within 2 s as one: an operation that was under way when the
# server died ends with the takeover, the next may still have to wait for the grace period.
outages() {
  jq -r "[.classes.$1.stalls.list | sort_by(.start_s)[] | [.start_s, .start_s + .seconds]]
    | reduce .[] as \$s ([]; if length > 0 and \$s[0] - .[-1][1] < 2 then .[-1][1] = \$s[1] else . + [\$s] end)
    | length" <<<"$report"
}
repeated() { jq '[.classes[].repeated] | add' <<<"$report"; } # REMOVEs whose reply a crash lost
errors() { jq '[.classes[].errors.count] | add' <<<"$report"; }

# lost_blocks: of the files that were written in full before. short_files: new files whose write and fsync spanned the
# takeover and that came back short, although fsync said otherwise: what stock nfsd does (image/nfsd/README.md).
lost_blocks() { jq '[.violations.list[] | select(.class != "metadata")] | length' <<<"$report"; }
short_files() { jq '[.violations.list[] | select(.class == "metadata")] | length' <<<"$report"; }

# below NUMBER LIMIT: for fractions.
below() { jq -ne --argjson number "$1" --argjson limit "$2" '$number < $limit' >/dev/null; }

show_report() {
  echo "$report" >"$lab_root/build/lab/report.json"
  printf '# longest read %.2f s, write %.2f s, pause of the client %.2f s, metadata %.1f s (%s outages), errors %s, repeated %s, short files %s, direct %s\n' \
    "$(longest read)" "$(longest write)" "$(pause)" "$(longest metadata)" "$(outages metadata)" "$(errors)" "$(repeated)" \
    "$(short_files)" "$(jq -r '.direct.direct_io' <<<"$report")" >&3
}

# judge_failover SECONDS: what every client must have seen of a takeover, and the time that a direct read or write may have
# taken. $report is the load's.
judge_failover() {
  show_report
  [[ $(jq -r .stuck <<<"$report") = false ]]
  [[ $(errors) = 0 ]]
  [[ $(lost_blocks) = 0 ]] # every block as it was last written
  [[ $(short_files) = 0 ]]
  below "$(longest read)" "$1"
  below "$(longest write)" "$1"
  (($(outages metadata) <= 1))
  [[ $(jq -r .lock.state <<<"$report") = held ]]
  [[ $(jq -r .direct.layout <<<"$report") = LAYOUT_SCSI ]]
  [[ $(jq -r .direct.direct_io <<<"$report") = true ]] # READ, READ_PLUS, WRITE unchanged
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
