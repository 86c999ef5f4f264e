#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2317 # variables and functions of the suite
# What the suite of many clients makes of what guests tell it, on a lab that is none.

bats_require_minimum_version 1.5.0

setup() {
  here="$BATS_TEST_DIRNAME/../scale"
  for part in scenario/guests scenario/problems scale/costs scale/many; do
    # shellcheck disable=SC1090 # all are in tests/
    . "$BATS_TEST_DIRNAME/../$part.sh"
  done
  dir=$BATS_TEST_TMPDIR vip=10.77.0.100
  echo '{}' >"$dir/figures"
  crashed=100.5
}

# news TIME CLIENT WHAT [MORE]: a line as pnfs-crowd writes it.
news() { jq -nc --argjson time "$1" --arg client "$2" --arg what "$3" "{\$client, ${4:+$4, }\$time, \$what}" >>"$dir/crowd.json"; }

two_come_back() {
  news 90 c0001 layout 'key: "0x0000000a00000001"'
  news 91 c0002 layout 'key: "0x0000000a00000002"'
  news 103 c0002 lost 'why: "the connection is broken"'
  for client in c0001 c0002; do
    news 104 $client answered
    news 106.25 $client reclaimed
    news 120.5 $client opened
  done
  news 121 c0002 layout 'key: "0x0000000b00000002"'
  news 123 c0001 layout 'key: "0x0000000b00000001"'
}

@test "when clients were back after a crash, of each thing that they tell" {
  two_come_back
  echo -n '{"client":"c0' >>"$dir/crowd.json" # is being written
  judge_crowd 2
  [ "$(kept -c .back.layout)" = '{"clients":2,"first_s":20.5,"median_s":22.5,"last_s":22.5}' ]
  [ "$(kept .back.reclaimed.last_s)" = 5.75 ]
  [ ! -e "$dir/problems" ]
  grep -q 'answered 3.5/3.5 s, reclaimed 5.75/5.75 s, opened 20/20 s, layout 22.5/22.5 s' "$dir/notes"
}

@test "a client that could not reclaim is a problem, one that lost its server before the crash a note" {
  two_come_back
  news 95 c0001 lost 'why: "the connection is broken"'
  news 119 c0001 refused 'operation: "OPEN", status: 10033'
  judge_crowd 2
  grep -q 'were refused (operation and nfsstat4): 1 OPEN 10033' "$dir/problems"
  grep -q '1 times a client lost its server before the crash' "$dir/notes"
}

@test "each client has its last key, in the order of the clients" {
  two_come_back
  [ "$(keys_since 0 | paste -sd' ')" = "0x0000000b00000001 0x0000000b00000002" ]
  [ "$(keys_since 122)" = 0x0000000b00000001 ]
}

@test "the guest counts clients, not lines" {
  two_come_back
  sed "s|^news=.*|news=$dir/crowd.json|" "$here/crowd" >"$dir/crowd"
  [ "$(bash "$dir/crowd" count layout 0)" = 2 ]
  [ "$(bash "$dir/crowd" count layout 122.5)" = 1 ]
  [ "$(bash "$dir/crowd" count answered 200)" = 0 ]
}

@test "the grace period is from nfsd's first thread until it is over" {
  printf '%s\n' '10.0 0 N' '12.5 128 N' '29.0 128 Y' '50.0 0 Y' >"$dir/grace"
  [ "$(grace_of "$dir/grace")" = 16.5 ]
}

@test "what services cost, in a minute; one that was started meanwhile has cost what it has" {
  echo '{"time": 10, "agent": {"cpu_s": 1, "rss_mib": 9, "peak_mib": 9}, "machine": {"cpu_s": 5}}' >"$dir/few-mds1.began"
  echo '{"time": 40, "agent": {"cpu_s": 2.5, "rss_mib": 11.5, "peak_mib": 12}, "keeper": {"cpu_s": 1, "rss_mib": 8, "peak_mib": 8}, "machine": {"cpu_s": 20}}' >"$dir/few-mds1.ended"
  sum_up_costs few mds1
  [ "$(kept -c .few_mds1.agent)" = '{"cpu_s_per_min":3,"rss_mib":11.5,"peak_mib":12}' ]
  note_costs few mds1
  [ "$(<"$dir/notes")" = "few, mds1: agent 3 s/min 11.5 MiB, keeper 2 s/min 8 MiB, machine 30 s/min" ]
}

@test "keys that the LUN has lost are a problem" {
  on() { printf '%s\n' 0x1 0x3; }
  printf '%s\n' 0x1 0x2 0x3 >"$dir/keys"
  are_known "$dir/keys" afterwards
  [ "$(<"$dir/problems")" = "1 of 3 keys are not registered afterwards" ]
}
