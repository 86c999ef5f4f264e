#!/usr/bin/env bats
# What the long suites keep of their results: a run that was interrupted goes on, and nothing is proven for other files.

setup() {
  root=$BATS_TEST_TMPDIR/root
  mkdir -p "$root"/{src,tests/scenario,build}
  cp "$BATS_TEST_DIRNAME"/../scenario/{results.sh,table} "$root/tests/scenario"
  echo one >"$root/src/file"
  cd "$root" || exit
  git init -q
  git -c user.name=x -c user.email=x@example.org commit -q --allow-empty -m x
  # shellcheck source=tests/scenario/results.sh
  . tests/scenario/results.sh
}

@test "a result is proven for the files that it was found with, and for no others" {
  keep_results loss
  run is_proven cases
  [ "$status" -ne 0 ]
  keep_result cases 70 '[]' '{"notes": "72 files"}'
  keep_result stranger 80 '["lost a byte"]' '{"notes": ""}'
  is_proven cases
  run is_proven stranger
  [ "$status" -ne 0 ]
  echo two >src/file
  keep_results loss
  run is_proven cases
  [ "$status" -ne 0 ]
}

@test "a later result of the same name replaces the earlier one" {
  keep_results loss
  keep_result cases 70 '["lost a byte"]' '{"notes": ""}'
  keep_result cases 71 '[]' '{"notes": "72 files"}'
  [ "$(wc -l <docs/results/loss.jsonl)" -eq 1 ]
  is_proven cases
}

@test "the page has verdicts and figures, and marks what was found with other files" {
  keep_results loss
  keep_result cases 70 '[]' '{"notes": "72 files"}'
  keep_result stranger 80 '["lost a byte"]' '{"notes": ""}'
  keep_results matrix
  keep_result power-cut 60 '[]' '{"read_s": 0.1234, "write_s": 0.2, "metadata_s": 7.5}'
  grep -q '^| cases | ok: 72 files |' docs/faults.md
  grep -q '^| stranger | \*\*failed\*\*: lost a byte |' docs/faults.md
  grep -q '^| power-cut | ok | 0.12 s | 0.2 s | 7.5 s |' docs/faults.md
  echo two >src/file
  tests/scenario/table >page
  grep -q '^| cases \\\* | ok: 72 files |' page
}

@test "without being told so, a suite keeps nothing and skips nothing" {
  keep_result cases 70 '[]' '{}'
  [ ! -e docs ]
  run is_proven cases
  [ "$status" -ne 0 ]
}

@test "a suite that is only to list its scenarios runs none, though nobody reads the list" {
  for suite in loss/loss disks/disks matrix/matrix scale/scale; do
    # /dev/full: each line of the list is an error.
    run bash -c '"$1" --list >/dev/full' - "$BATS_TEST_DIRNAME/../$suite"
    [[ $output != *"snapshot"* && $output != *" passed, "* ]]
  done
}
