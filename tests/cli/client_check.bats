#!/usr/bin/env bats
# shellcheck disable=SC1003,SC2016,SC2028 # fixtures
# client-check against trees that look like a client's: a healthy one, and each thing that keeps direct I/O away.
load common

lun=0x6001405f00d00000000000000000cafe

# A client of Debian 13's kind with the export mounted, one iSCSI disk, one SATA disk, and a process that sees all.
setup() {
  root=$BATS_TEST_TMPDIR/root
  mkdir -p "$root"/{bin,dev/disk/by-id,etc/multipath/conf.d,proc/self,proc/sys/kernel,proc/sys/vm}
  mkdir -p "$root"/sys/module/blocklayoutdriver "$root"/sys/kernel/tracing/events/nfs4/{nfs4_open_file,bl_pr_key_reg,bl_ext_tree_prepare_commit}
  echo 7.3.4+deb13-amd64 >"$root/proc/sys/kernel/osrelease"
  echo 3000 >"$root/proc/sys/vm/dirty_expire_centisecs"
  echo 500 >"$root/proc/sys/vm/dirty_writeback_centisecs"
  a_disk sda 8:0 'ATA     ' wwn-0x5002538e40b3c1d2
  a_disk sdb 8:16 'LIO-ORG ' "wwn-$lun"
  a_mount LAYOUT_SCSI vers=4.2,hard 7 2 8192
  a_process 4711 qemu-system-x86 /system.slice/vm.service
}

# a_disk NAME MAJOR:MINOR VENDOR LINK
a_disk() {
  mkdir -p "$root/sys/class/block/$1"/{device,holders}
  echo "$2" >"$root/sys/class/block/$1/dev"
  echo 8388608 >"$root/sys/class/block/$1/size"
  echo 0 >"$root/sys/class/block/$1/ro"
  echo "$3" >"$root/sys/class/block/$1/device/vendor"
  echo running >"$root/sys/class/block/$1/device/state"
  : >"$root/dev/$1"
  ln -sf "../../$1" "$root/dev/disk/by-id/$4"
}

# a_map NAME UUID LINK: of device-mapper
a_map() {
  a_disk "$1" 254:0 '' "$3"
  rm -r "$root/sys/class/block/$1/device"
  mkdir "$root/sys/class/block/$1/dm"
  echo "$2" >"$root/sys/class/block/$1/dm/uuid"
}

# a_mount LAYOUT OPTIONS LAYOUTGETS WRITES WRITTEN: of 1 MiB written in all
a_mount() {
  cat >"$root/proc/self/mountstats" <<TEXT
device sysfs mounted on /sys with fstype sysfs
device 10.77.0.100:/ mounted on /mnt/my\\040disks with fstype nfs4 statvers=1.1
	opts:	rw,$2,rsize=1048576,proto=tcp,timeo=600,sec=sys,clientaddr=10.77.0.21,local_lock=none
	age:	18
	nfsv4:	bm0=0xf8f3b77e,bm1=0x40b0be3a,bm2=0x800,acl=0x3,sessions,pnfs=$1,lease_time=15,lease_expired=0
	events:	3 8 0 0 1
	bytes:	0 0 0 1048576 0 1048576 0 0
	RPC iostats version: 1.1  p/v: 100003/4 (nfs)
	per-op statistics
	        NULL: 1 1 0 44 24 0 0 0 0
	        READ: 0 0 0 0 0 0 0 0 0
	       WRITE: $4 $4 0 $5 352 0 3 3 0
	   LAYOUTGET: $3 $3 0 1728 1352 0 5 5 0
	   READ_PLUS: 0 0 0 0 0 0 0 0 0

device tmpfs mounted on /run with fstype tmpfs
TEXT
}

# a_process PID NAME CGROUP: in the machine's own namespace, as systemd started it, without a filter
a_process() {
  mkdir -p "$root/proc/$1"
  echo "$2" >"$root/proc/$1/comm"
  echo "0::$3" >"$root/proc/$1/cgroup"
  echo '25 1 0:6 / /dev rw,nosuid - devtmpfs udev rw' >"$root/proc/$1/mountinfo"
  ln -sfn ../.. "$root/proc/$1/root"
  a_unit 'DevicePolicy=auto\n'
}

# a_unit PROPERTIES: what systemd says of the process's unit, and of no other
a_unit() { a_program systemctl 'case $* in *" vm.service") printf "'"$1"'" ;; *) echo DevicePolicy=auto ;; esac'; }

# a_program NAME SCRIPT: what the client has installed
a_program() {
  printf '#!/bin/sh\n%s\n' "$2" >"$root/bin/$1"
  chmod +x "$root/bin/$1"
}

check() { CLIENT_CHECK_ROOT=$root run "-$1" "$BATS_TEST_DIRNAME/../../cmd/client-check" "${@:2}"; }

# finds EXIT RESULT WORDS ARGUMENT...: in one line, and that line is followed by a remedy unless all is well.
finds() {
  check "$1" "${@:4}"
  local i
  for i in "${!lines[@]}"; do
    [[ ${lines[i]} = "$2"* && ${lines[i]} = *"$3"* ]] || continue
    [[ $2 = ok || ${lines[i + 1]} = '        '* ]]
    return
  done
  echo "no line '$2 … $3' in: $output"
  return 1
}

@test "a client that is well" {
  check 0 --pid 4711
  diff - <(echo "$output") <<TEXT
ok      driver: blocklayoutdriver is loaded
ok      registration: 7.3.4+deb13-amd64 keeps its registration with the LUN
ok      commits: 7.3.4+deb13-amd64 commits any number of ranges
ok      LUN $lun: the kernel opens wwn-$lun, which is sdb
ok      mount /mnt/my\\040disks: LAYOUT_SCSI, 7 layouts, 2 reads and writes through the server
ok      write-back: uncommitted for at most 30 s and a round of write-back
ok      process 4711 (qemu-system-x86): sees /dev/disk/by-id/wwn-$lun
ok      process 4711 (qemu-system-x86): its cgroup lets it open sdb
direct
TEXT
}

@test "as JSON: the same findings, whatever is in a name" {
  echo 'a "b\' >"$root/proc/4711/comm"
  rm "$root/dev/disk/by-id/wwn-$lun"
  check 2 --json --pid 4711
  [ "$(jq -r '.format, .verdict' <<<"$output" | paste -sd' ')" = "pnfs-ha client-check 1 not-direct" ]
  jq -e '.findings | all(keys == ["check", "found", "remedy", "result"]) and any(.result == "failed" and .remedy != "")' <<<"$output"
  a_disk sdb 8:16 'LIO-ORG ' "wwn-$lun"
  check 0 --json --pid 4711
  jq -e '.findings[-1].check == "process 4711 (a \"b\\)"' <<<"$output"
}

@test "wrong usage" {
  for words in --explode --pid "--pid 4712" "--pid self" extra; do
    # shellcheck disable=SC2086 # words
    check 64 $words
    [[ ${lines[1]} = '  '* ]]
  done
}

@test "driver: as modprobe would load it for the kernel" {
  rmdir "$root/sys/module/blocklayoutdriver"
  finds 2 failed 'cannot load blocklayoutdriver'
  a_program modprobe 'exit 0' # blacklisted
  finds 2 failed 'cannot load blocklayoutdriver'
  a_program modprobe 'echo install /bin/false'
  finds 2 failed 'cannot load blocklayoutdriver'
  a_program modprobe 'echo insmod /lib/modules/6.12/kernel/fs/nfs/blocklayout/blocklayoutdriver.ko.xz'
  finds 0 ok 'can be loaded'
}

@test "kernel: trace events tell which faults are mended" {
  rmdir "$root"/sys/kernel/tracing/events/nfs4/bl_ext_tree_prepare_commit
  finds 1 warning 'beyond 255'
  rmdir "$root"/sys/kernel/tracing/events/nfs4/bl_pr_key_reg
  finds 1 warning 'may lose its registration'
  rmdir "$root"/sys/kernel/tracing/events/nfs4/nfs4_open_file
  finds 1 warning 'nobody knows'
}

@test "LUN: no link, or one that is not the LUN" {
  rm "$root/dev/disk/by-id/wwn-$lun"
  finds 2 failed 'no disk from a network'
  finds 2 failed "has no link wwn-$lun" --lun "/dev/disk/by-id/wwn-$lun"
  finds 2 failed "has no link wwn-$lun" --lun "naa.${lun#0x}"
  ln -s ../../sdc "$root/dev/disk/by-id/wwn-$lun"
  finds 2 failed 'leads nowhere'
}

@test "LUN: a partition, LVM, an empty, a read-only, an offline disk, NVMe" {
  echo 1 >"$root/sys/class/block/sdb/partition"
  finds 2 failed 'is the partition sdb'
  rm "$root/sys/class/block/sdb/partition"
  echo 0 >"$root/sys/class/block/sdb/size"
  finds 2 failed 'sdb has no size'
  echo 8 >"$root/sys/class/block/sdb/size"
  echo 1 >"$root/sys/class/block/sdb/ro"
  finds 2 failed 'read-only'
  echo 0 >"$root/sys/class/block/sdb/ro"
  echo transport-offline >"$root/sys/class/block/sdb/device/state"
  finds 2 failed 'sdb is transport-offline'
  a_map dm-0 LVM-x "wwn-$lun"
  finds 2 failed 'no multipath map'
  a_disk nvme0n1 259:0 '' nvme-eui.0011
  finds 2 failed 'nvme0n1 is NVMe' --lun nvme-eui.0011
  echo pcie >"$root/sys/class/block/nvme0n1/device/transport" # the machine's own
  a_disk sdb 8:16 'LIO-ORG ' "wwn-$lun"
  echo running >"$root/sys/class/block/sdb/device/state"
  check 0
}

@test "multipath: the map, one path of it, dead paths, a key that is not the kernel's" {
  a_map dm-0 "mpath-3${lun#0x}" "wwn-$lun"
  ln -s ../../dm-0 "$root/dev/disk/by-id/dm-uuid-mpath-3${lun#0x}" # not what the kernel asks for
  finds 0 ok "opens wwn-$lun, which is dm-0"
  a_program dmsetup 'echo "mpatha: 0 8388608 multipath 2 0 0 0 2 1 A 0 1 2 8:16 A 0 0 1 E 0 1 2 8:32 F 3 0 1"'
  finds 1 warning 'dead paths: 8:32.'
  rm "$root/bin/dmsetup"
  a_disk sdb 8:16 'LIO-ORG ' "wwn-$lun"
  ln -s ../../dm-0 "$root/sys/class/block/sdb/holders/dm-0"
  finds 1 warning 'sdb is one path of dm-0'
  echo LVM-x >"$root/sys/class/block/dm-0/dm/uuid"
  finds 1 warning 'dm-0 holds sdb'
  rm "$root/sys/class/block/sdb/holders/dm-0"
  printf 'defaults {\n\treservation_key 0x1\n}\n' >"$root/etc/multipath/conf.d/x.conf"
  finds 1 warning '/etc/multipath/conf.d/x.conf sets reservation_key'
}

@test "mount: none, an old version, soft, no layouts" {
  a_mount LAYOUT_SCSI vers=4.0,hard 7 2 8192
  finds 2 failed 'NFS vers=4.0'
  a_mount LAYOUT_SCSI vers=4.1,soft 7 2 8192
  finds 1 warning 'a soft mount'
  a_mount LAYOUT_SCSI vers=4.1,softerr 7 2 8192
  finds 1 warning 'a soft mount'
  a_mount 'not configured' vers=4.2,hard 0 2 8192
  finds 2 failed 'layout type: not configured'
  finds 1 warning 'there is no NFSv4 mount on /mnt/other' --mount /mnt/other
  finds 2 failed 'layout type' --mount '/mnt/my disks'
  : >"$root/proc/self/mountstats"
  finds 1 warning 'there is no NFSv4 mount:'
}

@test "mount: I/O through the server" {
  a_mount LAYOUT_SCSI vers=4.2,hard 0 2 8192
  finds 2 failed '2 reads and writes through the server, and never a layout'
  a_mount LAYOUT_SCSI vers=4.2,hard 1 30 524288
  finds 1 warning '50 % of all bytes'
  a_mount LAYOUT_SCSI vers=4.2,hard 0 0 0
  finds 0 ok '0 layouts'
}

@test "write-back that is late or off" {
  echo 0 >"$root/proc/sys/vm/dirty_writeback_centisecs"
  finds 1 warning 'dirty_writeback_centisecs=0'
  echo 500 >"$root/proc/sys/vm/dirty_writeback_centisecs"
  echo 360000 >"$root/proc/sys/vm/dirty_expire_centisecs"
  finds 1 warning 'dirty_expire_centisecs=360000'
  rm "$root/proc/sys/vm/dirty_expire_centisecs"
  finds 1 warning 'cannot be read'
}

@test "the kernel's log tells of a device that was not found" {
  a_program dmesg 'echo "[   91.2] pNFS: no device found for volume"'
  finds 1 warning 'no device found for volume'
}

@test "the kernel's log in the words of Linux 6.1, which also tells of the names that nobody has" {
  a_program dmesg 'echo "[   91.2] pNFS: failed to open device /dev/disk/by-id/dm-uuid-mpath-0xcafe (-2)"'
  finds 0 ok 'LAYOUT_SCSI'
  a_program dmesg 'echo "[   91.2] pNFS: failed to open device /dev/disk/by-id/wwn-0xcafe (-2)"'
  finds 1 warning 'wwn-0xcafe'
  a_program dmesg 'echo "[   91.2] pNFS: failed to register key for block device sda."'
  finds 1 warning 'failed to register key'
}

@test "process: another mount namespace, without the links; a /dev that is nodev" {
  rm "$root/proc/4711/root"
  mkdir -p "$root/proc/4711/root/dev"
  finds 2 failed "has no /dev/disk/by-id/wwn-$lun" --pid 4711
  rm -r "$root/proc/4711/root"
  ln -s ../.. "$root/proc/4711/root"
  echo '300 299 0:60 / /dev rw,nosuid,nodev - tmpfs tmpfs rw' >"$root/proc/4711/mountinfo"
  finds 2 failed 'mounted nodev' --pid 4711
}

@test "process: a device cgroup of version 1" {
  printf '3:cpu:/\n5:devices:/machine/vm1\n0::/\n' >"$root/proc/4711/cgroup"
  list=$root/sys/fs/cgroup/devices/machine/vm1/devices.list
  mkdir -p "${list%/*}"
  printf 'c 1:3 rwm\nb 8:0 rwm\nc 8:16 rwm\nb 8:16 r\n' >"$list"
  finds 2 failed 'its cgroup refuses sdb (8:16)' --pid 4711
  for entry in 'b 8:16 rw' 'b 8:* rwm' 'a *:* rwm'; do
    echo "$entry" >"$list"
    finds 0 ok 'its cgroup lets it open sdb' --pid 4711
  done
}

@test "process: a device cgroup of version 2, as systemd tells" {
  a_unit 'DevicePolicy=closed\nDeviceAllow=char-pts rwm\n'
  finds 2 failed 'its cgroup refuses sdb (8:16)' --pid 4711
  a_unit 'DevicePolicy=auto\nDeviceAllow=/dev/sdb r\n'
  finds 2 failed 'its cgroup refuses sdb (8:16)' --pid 4711
  for allowed in '/dev/sdb rw' '/dev/block/8:16 rwm' "/dev/disk/by-id/wwn-$lun rwm" 'block-sd rw' 'block-* rw'; do
    a_unit "DevicePolicy=closed\nDeviceAllow=$allowed\n"
    finds 0 ok 'its cgroup lets it open sdb' --pid 4711
  done
}

@test "process: a filter that systemd does not know of" {
  echo '0::/machine.slice/machine-qemu\x2d1\x2dvm.scope/libvirt/emulator' >"$root/proc/4711/cgroup"
  finds 1 warning 'nobody can see from here' --pid 4711
  a_program bpftool 'echo "ID AttachType AttachFlags Name"; echo "42 cgroup_device multi"'
  finds 1 warning 'nobody can see from here' --pid 4711
  a_program bpftool 'echo "ID AttachType AttachFlags Name"'
  finds 0 ok 'its cgroup lets it open sdb' --pid 4711
}

@test "the verb runs the script that is installed beside the program" {
  prefix=$BATS_TEST_TMPDIR/usr
  mkdir -p "$prefix"/{sbin,lib/pnfs-ha}
  ln "$PNFS_HA" "$prefix/sbin/pnfs-ha" || cp "$PNFS_HA" "$prefix/sbin/pnfs-ha"
  run -1 "$prefix/sbin/pnfs-ha" client-check
  [[ ${lines[0]} = "pnfs-ha: cannot run $prefix/lib/pnfs-ha/client-check: No such file or directory" ]]
  printf '#!/bin/sh\necho "$*"\nexit 2\n' >"$prefix/lib/pnfs-ha/client-check"
  chmod +x "$prefix/lib/pnfs-ha/client-check"
  run -2 "$prefix/sbin/pnfs-ha" client-check --json --lun wwn-0x1 --mount '/my disks' --pid 4711
  [ "$output" = '--json --lun wwn-0x1 --mount /my disks --pid 4711' ]
  run -64 "$prefix/sbin/pnfs-ha" client-check --pid self
}
