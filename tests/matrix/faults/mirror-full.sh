# shellcheck shell=bash disable=SC2034,SC2154
story="the active's ramdisk finds no memory: writes to it fail"
active_after=either
hold=10
healthy_limit=60
inject() {
  # Nobody may use the mirrored state when the active lets go of it: one write at a time, and none after the failure.
  on mds1 'echo 1M >/sys/block/zram0/mem_limit
    for i in $(seq 64); do
      grep -q "ds:UpToDate/" /proc/drbd || break
      dd if=/dev/urandom of=/var/lib/nfs/filler bs=64k count=1 oflag=append,sync conv=notrunc status=none
    done'
  require "the ramdisk did not fail" on mds1 'journalctl -k | grep -qE "drbd.*(IO ERROR|disk\( UpToDate -> (Failed|Diskless))"'
}
heal() { on mds1 'echo 0 >/sys/block/zram0/mem_limit; rm -f /var/lib/nfs/filler'; }
