#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2317 # variables and functions of the judge
# The judge of the fault matrix: it acquits a client that saw nothing bad, and finds each bad thing by itself.

bats_require_minimum_version 1.5.0

# stub: what the judge asks others.
stub() {
  on() { return "$verified"; }
  serves() { [[ $1 = mds2 ]]; }
  stands_by() { [[ $1 = mds1 ]]; }
  other() { if [[ $1 = mds1 ]]; then echo mds2; else echo mds1; fi; }
  problem() { problems+=("$*"); }
  require() {
    local words=$1
    shift
    "$@" || problem "$words"
  }
}

setup() {
  # shellcheck source=tests/cluster/cluster.bash
  . "$BATS_TEST_DIRNAME/../cluster/cluster.bash"
  # shellcheck source=tests/matrix/judge.sh
  . "$BATS_TEST_DIRNAME/../matrix/judge.sh"
  stub
  dir=$BATS_TEST_TMPDIR
  direct_limit=2 metadata_limit=20 direct=whole active_at_end=mds2
  problems=()
  report=$(jq -n '
    def class: {errors: {count: 0, list: []}, repeated: 0, longest: {seconds: 0.2}, stalls: {count: 0, list: []}};
    {format: "pnfs-load report 1", stuck: false, classes: {read: class, write: class, metadata: class},
     violations: {count: 0, list: []}, lock: {state: "held", reason: ""}, direct: {layout: "LAYOUT_SCSI", direct_io: true}}')
  echo '1 held by another' >"$dir/tries"
  verified=0
}

# but FILTER: changes the report.
but() { report=$(jq "$1" <<<"$report"); }

# finds WORDS: one problem, and these words in it.
finds() {
  judge
  [ "${#problems[@]}" -eq 1 ]
  [[ ${problems[0]} == *"$1"* ]]
}

@test "a client that saw nothing bad is acquitted" {
  judge
  [ "${#problems[@]}" -eq 0 ]
}

@test "a new file that came back short" {
  but '.violations.list = [{class: "metadata"}]'
  finds 'short files: 1'
}

@test "a load without a report" {
  report=''
  finds 'no report'
}

@test "a load that is stuck" {
  but '.stuck = true'
  finds 'stuck'
}

@test "an error of an application" {
  but '.classes.metadata.errors = {count: 1, list: [{op: "stat", error: "ENOENT", where: "a"}]}'
  finds 'errors: 1, first stat: ENOENT a'
}

@test "a lost block" {
  but '.violations.list = [{class: "data"}]'
  finds 'lost blocks: 1'
}

@test "a lost lock" {
  but '.lock = {state: "lost", reason: "EIO"}'
  finds 'the lock is lost: EIO'
}

@test "a slow direct read, a slow direct write, a slow metadata operation" {
  but '.classes.read.longest.seconds = 2.1 | .classes.write.longest.seconds = 2.2 | .classes.metadata.longest.seconds = 20.5'
  judge
  [ "${problems[*]}" = "direct read of 2.1 s direct write of 2.2 s metadata operation of 20.5 s" ]
}

@test "I/O through the server" {
  but '.direct.direct_io = false'
  finds 'direct I/O stopped'
}

@test "another layout" {
  but '.direct.layout = "none"'
  finds 'direct I/O stopped'
}

@test "I/O through the server at the end, where only the end counts" {
  direct=end
  echo '{"layout": "LAYOUT_SCSI", "direct_io": false}' >"$dir/direct"
  finds 'not direct at the end'
}

@test "a second client that got the lock" {
  echo '2 locked' >>"$dir/tries"
  finds "client2 got the load's lock (1 times)"
}

@test "a second client that saw an error" {
  echo '2 EIO' >>"$dir/tries"
  finds 'client2: 2 EIO'
}

@test "a second client that never tried" {
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
