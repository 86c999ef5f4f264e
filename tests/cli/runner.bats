#!/usr/bin/env bats
# The runner of the long suites, on a lab that is none: what fails is called so, and whatever happens the suite goes on.

bats_require_minimum_version 1.5.0

setup() {
  tests=$BATS_TEST_TMPDIR/tests suite=$BATS_TEST_TMPDIR/tests/toy/toy
  mkdir -p "$tests"/{lab,toy/scenarios} "$BATS_TEST_TMPDIR"/build/{image,lab/pnfs-ha-lab}
  cp -r "$BATS_TEST_DIRNAME/../scenario" "$tests"
  cp "$BATS_TEST_DIRNAME"/../lab/{cluster,name}.sh "$tests/lab"
  printf '#!/bin/sh\necho "$@"; [ $1 != ssh ]\n' >"$tests/lab/lab" # no guest answers
  printf '#!/bin/sh\n' >"$tests/judge"
  cat >"$suite" <<'TEXT'
#!/usr/bin/env bash
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../scenario/suite.sh"
usage() { echo "usage: toy"; }
on_error=${ON_ERROR:-go-on}
limit_of() { echo "${time_limit:-20}"; }
run_suite "$@"
TEXT
  chmod +x "$tests/lab/lab" "$tests/judge" "$suite"
  export PNFS_LOAD=$tests/judge
  touch "$BATS_TEST_TMPDIR"/build/image/{pnfs-ha,lab}.raw
  for guest in mds1 mds2 client client2 san; do
    mkdir "$BATS_TEST_TMPDIR/build/lab/pnfs-ha-lab/$guest"
    echo boot >"$BATS_TEST_TMPDIR/build/lab/pnfs-ha-lab/$guest/serial.log"
  done
  stat -c '%Y %s' "$BATS_TEST_TMPDIR"/build/image/{pnfs-ha,lab,lab}.raw >"$BATS_TEST_TMPDIR/build/lab/pnfs-ha-lab/ready-of"
}

# scenario NAME LINE...
scenario() { printf '%s\n' "story='it is $1'" "${@:2}" >"$tests/toy/scenarios/$1.sh"; }
result() { jq -c "$2" "$BATS_TEST_TMPDIR/build/toy/$1/result.json"; }

@test "each scenario has its verdict, its line and its result; the last line counts" {
  scenario good 'scenario() { note "seed $seed"; note two; }'
  scenario bad 'scenario() { problem "a byte is wrong"; problem "and another"; }'
  run -1 "$suite" bad good:7
  [[ ${lines[0]} =~ ^"bad "\ *[0-9]+" s  FAILED: a byte is wrong;and another"$ ]]
  [[ ${lines[1]} =~ ^"good:7 "\ *[0-9]+" s  ok: seed 7, two"$ ]]
  [[ ${lines[2]} =~ ^"1 passed, 1 failed, "[0-9]+" s"$ ]]
  [ "$(result bad .problems)" = '["a byte is wrong","and another"]' ]
  [ "$(result good-7 '[.name, .problems, .notes, .figures]')" = '["good:7",[],["seed 7","two"],{}]' ]
  [ "$(<"$BATS_TEST_TMPDIR/build/toy/bad/evidence/san.serial")" = boot ]
  [ ! -e "$BATS_TEST_TMPDIR/build/toy/good-7/evidence" ]
  [ "$(wc -l <"$BATS_TEST_TMPDIR/build/toy.json")" -eq 2 ]
}

@test "a scenario that ends before its time has failed" {
  scenario ends 'scenario() { enter work; exit 3; }'
  scenario killed 'scenario() { kill -9 $$; }'
  scenario slow 'time_limit=1' 'scenario() { sleep 100; }'
  scenario unset 'scenario() { echo "$nobody_has_set_this"; }'
  run -1 "$suite"
  [[ ${lines[-1]} == "0 passed, 4 failed, "* ]]
  [[ $(result ends .problems) == *"ended in phase 'work' with status 3"* ]]
  [ "$(result killed .problems)" = '["no verdict: exit status 137"]' ]
  [ "$(<"$BATS_TEST_TMPDIR/build/toy/killed/evidence/client2.serial")" = boot ]
  [[ $(result slow .problems) == *"took longer than 1 s"* ]]
}

@test "a command that fails where nobody expects it ends the scenario only if the suite says so" {
  scenario dangles 'scenario() { false; note "went on"; }'
  run -0 "$suite"
  ON_ERROR=end run -1 "$suite"
  [[ $(result dangles .problems) == *"with status 1"* ]]
  [ -e "$BATS_TEST_TMPDIR/build/toy/dangles/evidence/client2.serial" ]
}

@test "all that there are but those that run only if they are named, with each variant" {
  scenario one 'variants=(a b)' 'scenario() { :; }'
  scenario two 'by_name=only' 'scenario() { :; }'
  run -0 "$suite"
  [[ ${lines[0]} == "one:a "* && ${lines[1]} == "one:b "* && ${lines[2]} == "2 passed, "* ]]
  run -0 "$suite" one:c two
  [[ ${lines[0]} == "one:c "* && ${lines[1]} == "two "* ]]
  run -0 "$suite" --list
  [[ ${lines[0]} == *"it is one (variants: a b)" && ${lines[1]} == *"(runs only if it is named)" ]]
}

@test "what cannot be read is refused before anything runs" {
  scenario good 'scenario() { :; }'
  run -64 "$suite" good nobody
  [ "${lines[*]}" = "there is no scenario 'nobody'; see tests/toy/toy --list" ]
  run -64 "$suite" --nonsense
  scenario broken 'if'
  run ! "$suite"
  [[ ${lines[-1]} != *passed* ]]
  rm "$tests/toy/scenarios/broken.sh" "$PNFS_LOAD"
  run -1 "$suite"
  [[ $output == *"there is no judge"* && $output != *passed* ]]
}
