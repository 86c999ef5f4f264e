#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2317 # variables and functions of the judge
# The judge of the fault matrix: what tests/load/test_report_judge.cpp does not see of it.

bats_require_minimum_version 1.5.0

# stub: what the judge asks others.
stub() {
  lab() { :; }
  within() { return "$verified"; }
  serves() { [[ $1 = mds2 ]]; }
  stands_by() { [[ $1 = mds1 ]]; }
  problem() { problems+=("$*"); }
}

setup() {
  lab_root="$BATS_TEST_DIRNAME/../.."
  for part in scenario/guests scenario/problems scenario/judge matrix/contender matrix/fault; do
    # shellcheck disable=SC1090 # all are in tests/
    . "$BATS_TEST_DIRNAME/../$part.sh"
  done
  given='' defaults
  stub
  dir=$BATS_TEST_TMPDIR
  problems=() injected=1 healed=2 healthy=3
  jq -n 'def class: {ops: 9, errors: {count: 0, list: []}, repeated: 0, longest: {seconds: 0.2}, stalls: {count: 0, list: []}};
    {format: "pnfs-load report 1", started_unix: 0, stuck: false, classes: {read: class, write: class, metadata: class}, machine: class,
     violations: {count: 0, list: []}, lock: {state: "held", reason: ""}, direct: {layout: "LAYOUT_SCSI", direct_io: true}}' \
    >"$dir/report.json"
  echo '1 held by another' >"$dir/tries"
  verified=0
}

# but FILTER: changes the report.
but() { jq "$1" "$dir/report.json" >"$dir/new" && mv "$dir/new" "$dir/report.json"; }

# finds WORDS: one problem, and these words in it.
finds() {
  problems=()
  judge
  [ "${#problems[@]}" -eq 1 ]
  [[ ${problems[0]} == *"$1"* ]]
}

@test "a client that saw nothing bad is acquitted, and the table gets its figures" {
  judge
  [ "${#problems[@]}" -eq 0 ]
  jq -e '[.read_s, .errors, .recovered_s, .healthy_s] == [0.2, 0, 0, 3]' "$dir/figures"
}

@test "what the load saw: an error, a lost block, a lost lock, each by itself" {
  but '.classes.metadata.errors = {count: 1, list: [{op: "stat", error: "ENOENT", where: "a"}]}'
  finds 'client: errors: 1, first stat: ENOENT a'
  but '.classes.metadata.errors.count = 0 | .violations = {count: 1, list: [{class: "read"}]}'
  finds 'lost blocks: 1'
  but '.violations = {count: 0, list: []} | .lock = {state: "lost", reason: "EIO"}'
  finds 'the lock is lost: EIO'
}

@test "the limits are the fault's" {
  but '.classes.read.longest.seconds = 4.1 | .classes.metadata.longest.seconds = 20.5'
  judge
  [ "${problems[*]}" = "client: direct read of 4.1 s client: metadata operation of 20.5 s" ]
  problems=() direct_limit=5 metadata_limit=21
  judge
  [ "${#problems[@]}" -eq 0 ]
}

@test "I/O through the server is forgiven only where the fault says so" {
  but '.direct.direct_io = false'
  finds 'direct I/O stopped'
  problems=() direct=no
  judge
  [ "${#problems[@]}" -eq 0 ]
}

@test "a load without a report, and a judge that is not there" {
  : >"$dir/report.json"
  finds 'no report'
  pnfs_load=/nowhere/pnfs-load
  finds 'no verdict'
  run ! need_judge
}

@test "a second client that got the lock, that saw an error, that never tried" {
  echo '2 locked' >>"$dir/tries"
  finds "client2 got the load's lock (1 times)"
  printf '%s\n' '1 held by another' '2 EIO' >"$dir/tries"
  finds 'client2: 2 EIO'
  : >"$dir/tries"
  finds 'never tried'
}

@test "the wrong server active" {
  active_at_end=mds1
  judge
  [ "${problems[*]}" = "mds1 is not active mds2 is not standby" ]
}

@test "data that differ from the journal" {
  verified=1
  finds 'verify'
}
