#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # variables of cluster.bash
# The SAN makes the LUN larger, twice: `pnfs-ha grow` under load; and a takeover by a server that was not told. The tests build
# on each other.

load ../cluster

gib=$((1024 * 1024 * 1024))
new_part=$((4 * gib)) # where it begins: lun_size, topology.sh

setup_file() {
  need_ready
}

# A disk of another size than the snapshot's is put back by the snapshot. If that does not work, the next suite makes its own.
teardown_file() {
  lab restore ready || rm -f "$stamp_file"
}

# resize_lun GIB: QEMU's second drive is the SAN's store.
resize_lun() {
  lab monitor san "block_resize virtio1 ${1}G"
  wait_for 20 has_size san vdb "$1"
}
has_size() { [[ $(on "$1" cat "/sys/block/$2/size") -eq $(($3 * gib / 512)) ]]; }

# lun_size_on GUEST: in bytes, as its kernel has it.
lun_size_on() { on "$1" 'blockdev --getsize64 /dev/disk/by-id/wwn-0x6001405706e66732d68612d6c756e000'; }
knows_size() { [[ $(lun_size_on "$1") -eq $(($2 * gib)) ]]; }

# rescan_clients: by the command that `grow` names.
rescan_clients() {
  local command guest
  command=$(on "$1" pnfs-ha grow --dry-run --json | jq -r .commands.rescan)
  [[ $command = *naa.6001405706e66732d68612d6c756e000* ]]
  for guest in client client2; do on "$guest" "$command"; done
}

# df_shows GUEST GIB: less what XFS keeps for itself.
df_shows() {
  local bytes
  bytes=$(on "$1" "df -B1 --output=size $mount_point" | tail -n 1)
  ((bytes > ($2 * gib) * 95 / 100 && bytes <= $2 * gib))
}

# offset_beyond SERVER FILE BLOCKS: where in the file an extent begins that lies wholly behind so many sectors of the LUN.
offset_beyond() {
  on "$1" "xfs_bmap /srv/pnfs-ha/export/$2" |
    sed -nE 's/.*\[([0-9]+)\.\.[0-9]+\]: ([0-9]+)\.\.[0-9]+$/\1 \2/p' |
    awk -v from="$3" '$2 >= from { printf "%.0f\n", $1 * 512; exit }'
}

# direct_in_new_part GUEST READER FILE OFFSET: 32 MiB written by one and read by both, past the server.
direct_in_new_part() {
  local before=$BATS_TEST_TMPDIR/before after=$BATS_TEST_TMPDIR/after sum
  mountstats "$before"
  on "$1" "head -c 32M /dev/urandom >/root/source && dd if=/root/source of=$mount_point/$3 bs=1M oflag=direct,seek_bytes \
    seek=$4 conv=notrunc,fsync status=none && echo 3 >/proc/sys/vm/drop_caches &&
    dd if=$mount_point/$3 of=/root/copy bs=1M iflag=direct,skip_bytes skip=$4 count=32 status=none &&
    cmp /root/source /root/copy"
  mountstats "$after"
  went_direct "$before" "$after"
  sum=$(on "$1" "sha256sum </root/source")
  [ "$(on "$2" "dd if=$mount_point/$3 bs=1M iflag=direct,skip_bytes skip=$4 count=32 status=none | sha256sum")" = "$sum" ]
  on "$1" rm /root/source /root/copy
}

@test "grow is refused on the standby, and as long as the LUN has not grown" {
  run on mds2 pnfs-ha grow --yes
  [ "$status" -eq 1 ]
  [[ $output = *"not active"* ]]
  run on mds1 pnfs-ha grow --yes
  [ "$status" -eq 1 ]
  [[ $output = *"the LUN is as large as its file system: 4.0 GiB"*"grow it on the storage system first"* ]]
}

@test "grow without --yes asks, and so needs a terminal; a dry run names the clients" {
  resize_lun 8
  run on mds1 pnfs-ha grow
  [ "$status" -eq 64 ]
  [[ $output = *"nobody is there to confirm this"* ]]
  run on mds1 pnfs-ha grow --dry-run
  [ "$status" -eq 0 ]
  [[ $output = *10.77.0.21*iqn.2026-01.org.example:client*"would there: grow: have the other server read it again"* ]]
  # Nobody has asked the LUN yet.
  for guest in mds1 mds2 client client2; do knows_size "$guest" 4; done
}

@test "grow under load: clients first, then the file system, then the other server" {
  start_load
  rescan_clients mds1
  for guest in client client2; do knows_size "$guest" 8; done
  on mds1 pnfs-ha grow --yes --json >"$BATS_TEST_TMPDIR/grown.json"
  leave_alone 15
  wait_for 60 is_active mds2
  wait_for 60 is mds2 .nfs.in_grace false
  another_client_cannot_lock
  judge_failover 2 --repeated 0 --metadata-limit 30
  jq -e --argjson gib "$gib" '.lun == 8 * $gib and .file_system.before == 4 * $gib and .file_system.after == 8 * $gib
    and ([.servers[].name] == ["mds1", "mds2"]) and ([.clients[].address] | sort == ["10.77.0.21", "10.77.0.22"])' \
    "$BATS_TEST_TMPDIR/grown.json"
  for guest in mds1 mds2; do knows_size "$guest" 8; done
}

@test "everybody sees the new size, and no byte is lost" {
  for guest in client client2; do df_shows "$guest" 8; done
  on client "pnfs-load verify $mount_point/load --journal /root/journal"
  verify_archive
  wait_for 60 is_healthy mds1
  wait_for 60 is_healthy mds2
}

@test "what lies in the new part is written and read directly" {
  on client "fallocate -l 5G $mount_point/large" # more than the old part can have
  offset=$(offset_beyond mds2 large $((new_part / 512)))
  [ "$offset" ]
  direct_in_new_part client client2 large "$offset"
}

@test "a takeover by a server that does not know that the LUN has grown" {
  # By hand, and the standby is left out.
  resize_lun 10
  rescan_clients mds2
  on mds2 'for f in /sys/block/sd*/device/rescan; do echo 1 >"$f"; done; xfs_growfs -d /srv/pnfs-ha'
  knows_size mds2 10
  knows_size mds1 8
  start_load
  lab power-cut mds2
  leave_alone 20
  wait_for 120 is_active mds1
  wait_for 120 is mds1 .nfs.in_grace false
  judge_failover 0.5
  knows_size mds1 10
  for guest in client client2; do df_shows "$guest" 10; done
  on client "pnfs-load verify $mount_point/load --journal /root/journal"
  verify_archive
}

@test "the dead server comes back, and serves" {
  lab power-on mds2
  wait_for 300 is_healthy mds2
  knows_size mds2 10
  on mds1 pnfs-ha switchover
  wait_for 60 is_active mds2
  wait_for 60 is_healthy mds1
  on client "rm $mount_point/large && touch $mount_point/after"
}

@test "xfs_repair finds nothing" {
  on client "umount $mount_point"
  on client2 "umount $mount_point"
  on mds1 systemctl stop pnfs-ha-agent # or it takes over
  on mds2 'systemctl stop pnfs-ha-agent && xfs_repair -n /dev/disk/by-id/wwn-*'
}
