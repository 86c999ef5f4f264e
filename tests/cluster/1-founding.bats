#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # variables of cluster.bash
# init, join, mount: two blank servers become a cluster, and a client reads and writes the LUN directly.

load cluster

setup_file() {
  rm -f "$stamp_file"
  lab down
  lab up
}

@test "cards have the names that they were given, the others predictable ones" {
  for guest in mds1 client; do
    [ "$(on "$guest" ls /sys/class/net | grep -cxE 'lan|rep|san')" -eq 3 ]
    on "$guest" ls /sys/class/net | grep -xE 'en[ops][0-9a-z]+'
  done
}

@test "init refuses a LUN that carries something, and says what" {
  wait_for 60 lun_of mds1
  lun=$(lun_of mds1)
  on mds1 "mkfs.ext4 -q -L precious $lun"
  run on mds1 "pnfs-ha init --name demo --lun $lun --vip $vip/24 --interface lan --yes"
  [ "$status" -eq 1 ]
  [[ $output = *"ext4 labelled 'precious'"*--format* ]]
  run on mds1 "pnfs-ha init --name demo --lun $lun --vip $vip/24 --interface lan --format --dry-run"
  [ "$status" -eq 0 ]
  [[ $output = *"would run mkfs.xfs"* ]]
  on mds1 "test ! -e /etc/pnfs-ha/cluster.toml && blkid -p -s LABEL -o value $lun | grep precious && wipefs -qa $lun"
}

@test "init and join make a cluster" {
  found_cluster >&3 2>&3
  wait_for 60 is_healthy mds1
  wait_for 60 is_healthy mds2
}

@test "the standby has the LUN mounted ro,norecovery" {
  is mds2 .lun.mounted ro
  on mds2 'grep " /srv/pnfs-ha " "/proc/$(systemctl show -P MainPID pnfs-ha-agent)/mounts"' | grep -E 'xfs ro,.*norecovery'
  is mds1 .lun.mounted rw
}

@test "the mirror is Connected and UpToDate on both" {
  for server in mds1 mds2; do
    is "$server" '[.mirror.connection, .mirror.disk, .mirror.peer_disk] | join(" ")' "Connected UpToDate UpToDate"
  done
}

@test "status --json has every field that it promises" {
  on mds1 pnfs-ha status --json | jq -e '
    (.cluster, .node, .role, .vip.address, .lun.wwn, .lun.reservation.type | type == "string")
    and .lun.reservation.holder == "self" and (.lun.reservation.keys | length) == 2
    and .nfs.running and .nfs.scope == "demo" and .nfs.threads == 128 and .vip.present
    and (.peers | length) == 1 and .reason == ""'
}

@test "check finds nothing wrong on either server, and nothing to warn of" {
  for server in mds1 mds2; do
    found=$(on "$server" pnfs-ha check)
    [[ $found =~ watchdog\ +i6300ESB && $found != *warning* ]]
  done
}

@test "64 MiB written and read move LAYOUTGET, but neither READ, READ_PLUS nor WRITE" {
  mount_on client
  mount_on client2
  prepare_files
  before=$BATS_TEST_TMPDIR/before after=$BATS_TEST_TMPDIR/after
  mountstats "$before"
  on client "head -c 64M /dev/urandom >/root/source && dd if=/root/source of=$mount_point/data bs=1M oflag=direct \
    conv=fsync status=none && echo 3 >/proc/sys/vm/drop_caches && dd if=$mount_point/data of=/root/copy bs=1M \
    iflag=direct status=none && cmp /root/source /root/copy && rm /root/source /root/copy"
  mountstats "$after"
  went_direct "$before" "$after"
  on client rm "$mount_point/data"
}

@test "a ready cluster is saved" {
  save_ready
}
