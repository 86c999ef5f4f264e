// What a sequence changes on a server of the scenes, in order.
#pragma once

#include "scene.h"

namespace pnfs_ha {

inline const std::string ro_mount = "mount /dev/sda at /srv/pnfs-ha -o ro,norecovery,noatime,nouuid";
inline const std::string mask = "set /proc/sys/fs/xfs/panic_mask to ";
inline const std::string log_interval = "set /proc/sys/fs/xfs/xfssyncd_centisecs to 100";

inline const Lines bring_up_record = {
    "run modprobe -a nfsd xfs zram drbd",
    "install the gate",
    "write /etc/drbd.d/pnfs-ha.res",
    "write /etc/exports.d/pnfs-ha.exports",
    "write /etc/pnfs-ha/keepalived.conf",
    "write /etc/needrestart/conf.d/pnfs-ha.conf",
    "write /etc/nfs.conf.d/pnfs-ha.conf",
    "mount nfsd at /proc/fs/nfsd",
    "create /run/rpc_pipefs",
    "mount rpc_pipefs at /run/rpc_pipefs",
    "write /run/pnfs-ha/nfsd-started",
    "REGISTER AND IGNORE EXISTING KEY 0x7048410000000001",
    "set /sys/block/sda/device/rescan to 1",
    "create /srv/pnfs-ha",
    "make read-only /dev/sda",
    mask + "0",
    log_interval,
    ro_mount,
    "set /sys/block/zram0/disksize to 134217728",
    "run drbdadm create-md --force pnfs-ha",
    "run drbdadm up pnfs-ha",
    "write /run/pnfs-ha/out-of-election",
    "start pnfs-ha-keepalived.service",
};

inline const Lines takeover_record = {
    "install the gate",
    "run drbdsetup primary 0",
    "REGISTER 0x7048530000000001 for 0x7048410000000001",
    "PREEMPT AND ABORT 0x7048530000000002 with 0x7048530000000001",
    "unmount /srv/pnfs-ha",
    mask + "0",
    "make writable /dev/sda",
    "set /sys/block/sda/device/rescan to 1",
    mask + "0",
    log_interval,
    "mount /dev/sda at /srv/pnfs-ha -o rw,noatime,nouuid",
    mask + "127",
    "mount /dev/drbd0 at /var/lib/nfs -o rw,noatime,dirsync,nobarrier",
    "create /var/lib/nfs/nfsdcld",
    "create /var/lib/nfs/rpc_pipefs",
    "create /srv/pnfs-ha/.pnfs-ha",
    "write /var/lib/nfs/nfsdcld/pnfs-ha-epoch",
    "write /var/lib/nfs/nfsdcld/pnfs-ha-terms",
    "write /srv/pnfs-ha/.pnfs-ha/terms",
    "start pnfs-ha-nfsdcld.service",
    "create /srv/pnfs-ha/export",
    "start pnfs-ha-mountd.service",
    "run exportfs -r",
    "set /sys/module/nfsd/parameters/mds_pr_key to 0x7048530000000001",
    "set /proc/fs/nfsd/max_connections to 16384",
    "set /sys/module/nfsd/parameters/keep_blocks to Y",
    "write /run/pnfs-ha/nfsd-started",
    "run rpc.nfsd --scope demo 128",
    "write /var/lib/nfs/nfsdcld/pnfs-ha-start-second",
    "write /srv/pnfs-ha/.pnfs-ha/start-second",
    "start pnfs-ha-keeper.service",
    "start pnfs-ha-fencer.service",
    "open the gate",
};

inline const Lines release_record = {
    "shut the gate to requests",
    "write /var/lib/nfs/nfsdcld/pnfs-ha-connections.json",
    "stop pnfs-ha-fencer.service",
    "stop pnfs-ha-keeper.service",
    "set /proc/fs/nfsd/threads to 0",
    "write /run/pnfs-ha/nfsd-started",
    "set /sys/module/nfsd/parameters/keep_blocks to N",
    "set /sys/module/nfsd/parameters/mds_pr_key to 0x0000000000000000",
    "run exportfs -ua",
    "stop pnfs-ha-mountd.service",
    "stop pnfs-ha-nfsdcld.service",
    "remove /var/lib/nfs/nfsdcld/pnfs-ha-terms",
    "remove /srv/pnfs-ha/.pnfs-ha/terms",
    "unmount /var/lib/nfs",
    "unmount /srv/pnfs-ha",
    mask + "0",
    "make read-only /dev/sda",
    mask + "0",
    log_interval,
    ro_mount,
    "REGISTER 0x7048410000000001 for 0x7048530000000001",
    "run drbdsetup secondary 0",
};

}  // namespace pnfs_ha
