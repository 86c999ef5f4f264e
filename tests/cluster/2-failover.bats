#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # variables of cluster.bash
# The active's power is cut under load; it comes back; then the other's is cut. The tests build on each other.

load cluster

setup_file() {
  need_ready
}

# cut_power_under_load ACTIVE STANDBY: the load goes on.
cut_power_under_load() {
  start_load
  lab power-cut "$1"
  leave_alone 20
  wait_for 120 is_active "$2"
  wait_for 120 is "$2" .nfs.in_grace false
  sleep 6
  another_client_cannot_lock
}

@test "power cut of the active under load: direct I/O goes on, metadata stalls once, no error" {
  cut_power_under_load mds1 mds2
  judge_failover 2
  is mds2 .lun.reservation.holder self
}

@test "every acknowledged write is there" {
  on client "pnfs-load verify $mount_point/load --journal /root/journal"
}

@test "the dead server comes back as standby, with a full resync of its blank mirror" {
  lab power-on mds1
  wait_for 300 is_healthy mds1
  is_standby mds1
  is mds1 '[.lun.mounted, .lun.reservation.holder, .mirror.disk] | join(" ")' "ro peer UpToDate"
  on mds1 'journalctl -k' | grep -q 'Resync done'
  is_healthy mds2
}

@test "power cut of the new active: the same, the other way round" {
  cut_power_under_load mds2 mds1
  judge_failover 2
  on client "pnfs-load verify $mount_point/load --journal /root/journal"
}

@test "fio finds every byte that was fsynced before" {
  verify_archive
}

@test "xfs_repair finds nothing" {
  on client "umount $mount_point"
  on client2 "umount $mount_point"
  on mds1 'systemctl stop pnfs-ha-agent && xfs_repair -n /dev/disk/by-id/wwn-*'
}
