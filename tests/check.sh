#!/usr/bin/env bash
# Runs tests and counts them: check.sh unit|cluster|all BUILD-DIRECTORY. What failed is told once more at the end; the last line is
# "N passed, N failed, N skipped".
set -euo pipefail

which=$1
build=$(realpath "$2")
cd "$(dirname "$0")/.."
export PNFS_LOAD=$build/tests/load/pnfs-load
passed=0 failed=0 skipped=0
log=$(mktemp) complaints=$(mktemp)
trap 'rm -f "$log" "$complaints"' EXIT

# count PASSED FAILED SKIPPED
count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3))
}

# complain PATTERN: what of this log is told again at the end, so that the last lines of a long run say what failed, and why:
# bats' notes (#) on it too, but for the lab's progress.
complain() {
  pattern=$1 awk -v suite="$suite" '!/^#/ { telling = $0 ~ ENVIRON["pattern"] }
    telling && !/^# lab: +[0-9]+s / { print suite ": " $0 }' "$log" >>"$complaints"
}

# begin NAME: what follows is that suite's. Its time stands beside its share of tests/budget; a slow host is no failure.
suite='' began=$SECONDS
begin() {
  [[ ! $suite ]] || echo "-- $suite: $((SECONDS - began)) s of $(awk -v s="$suite" '$2 == s { print $1 }' tests/budget) min"
  suite=$1 began=$SECONDS
}

# A GoogleTest program; its closing lines say how many of its tests did what.
run_gtest() {
  echo "== $(basename "$1")"
  local ok=0
  "$1" --gtest_brief=1 2>&1 | tee "$log" || ok=$?
  local good bad
  good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log")
  bad=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) tests\?, listed.*/\1/p' "$log")
  [[ $ok = 0 || -n $bad ]] || bad=1 # it crashed
  count "${good:-0}" "${bad:-0}" "$(grep -c '^\[  SKIPPED \]' "$log" || true)"
  complain '^\[  FAILED  \] [^ ]+$|ERROR: |runtime error'
}

run_bats() {
  echo "== $1"
  bats --formatter tap --timing "$1" 2>&1 | tee "$log" || true
  local planned good bad skip
  planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$log")
  skip=$(grep -c '^ok .*# skip' "$log" || true)
  good=$(($(grep -c '^ok ' "$log" || true) - skip))
  bad=$((${planned:-1} - good - skip)) # a test that did not report has failed
  count "$good" "$bad" "$skip"
  complain '^not ok '
}

# run_scenarios COMMAND...: its last line is "N passed, N failed, N s".
run_scenarios() {
  echo "== $1"
  "$@" 2>&1 | tee "$log" || true
  local good bad
  read -r good bad < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, .*/\1 \2/p' "$log")
  count "${good:-0}" "${bad:-1}" 0
  complain 'FAILED'
}

if [[ $which = unit || $which = all ]]; then
  begin unit
  run_gtest "$build/tests/unit/unit_tests"
  run_gtest "$build/tests/linux/linux_tests"
  run_gtest "$build/tests/model/model_tests"
  run_gtest "$build/tests/outage/outage_tests"
  run_gtest "$build/tests/load/load_tests"
  PNFS_HA=$build/pnfs-ha run_bats tests/cli
  run_bats tests/lint
fi
if [[ $which = all ]]; then
  begin sanitizers
  run_gtest build/fuzz/tests/unit/unit_tests
  begin fuzz
  run_scenarios tests/fuzz/fuzz build/fuzz 60
fi
if [[ $which = cluster || $which = all ]]; then
  begin cluster
  run_bats tests/image
  for file in tests/cluster/*.bats; do run_bats "$file"; done
  begin loss
  # One of each kind, `make loss` runs all: crashes with every way to write, and the same with stock nfsd, which must lose
  # something; late commits of what has changed meanwhile, and of a stranger; a client's first layouts, and those of many
  # threads after a crash; two clients that share a file; random writes at a random moment; what nothing flushes; who is
  # fenced, and before what; every byte that two clients read, in quiet and in trouble.
  # Not here: cut-off (a lease that is over is one way of given-away), discards (exercise and disks discard), a second random.
  run_scenarios tests/loss/loss cases stock changed-meanwhile stranger newcomer recovers-once shared-and-punched random:1 \
    stable:1 recalls given-away exercise:1 exercise-mixed:{2,3}
  begin disks
  run_scenarios tests/disks/disks quiet
  begin matrix
  run_scenarios tests/matrix/matrix --quick
  tests/lab/lab down
fi
begin ''
cat "$complaints"
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
