#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # variables of cluster.bash
# A planned switchover under the same load, there and back.

load cluster

setup_file() {
  need_ready
}

# switch_under_load ACTIVE STANDBY: the load goes on.
switch_under_load() {
  start_load
  on "$1" pnfs-ha switchover
  leave_alone 15
  wait_for 60 is_active "$2"
  wait_for 60 is "$2" .nfs.in_grace false
  another_client_cannot_lock
}

@test "the standby refuses a switchover, and says why" {
  run on mds2 pnfs-ha switchover
  [ "$status" -eq 1 ]
  [[ $output = *"not active"* ]]
}

@test "switchover --dry-run changes nothing" {
  run on mds1 pnfs-ha switchover --dry-run
  [[ $output = *"would here: release: shut the gate to new requests (7)"*"would there: takeover: promote the state mirror (6)"* ]]
  is_active mds1
}

@test "a switchover under load: no error, a short stall" {
  switch_under_load mds1 mds2
  # A planned stop loses no reply. The time is mostly the client's TCP backoff; the report has the figure.
  judge_failover 2 --repeated 0 --metadata-limit 30
  wait_for 60 is_healthy mds1
  is_standby mds1
}

@test "and back" {
  switch_under_load mds2 mds1
  judge_failover 2 --repeated 0
  on client "pnfs-load verify $mount_point/load --journal /root/journal"
  wait_for 60 is_healthy mds2
}

@test "fio finds every byte that was fsynced before" {
  verify_archive
}

@test "an agent that is restarted on the active goes on serving" {
  start_load
  on mds1 'systemctl kill --signal=KILL pnfs-ha-agent'
  sleep 10
  judge_failover 0.5
  is_active mds1
}
