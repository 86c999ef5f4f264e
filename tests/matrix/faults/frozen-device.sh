# shellcheck shell=bash disable=SC2034,SC2154
story="the active is frozen while a client fetches the device, and thawed when the other one serves: nfsd does not let it in again"
metadata_limit=60 # a client that does not come back keeps the grace period open
recover_limit=75
inject() {
  fetch_device
  # Neither gate nor agent nor guard keeps it out, nor a panic of XFS that comes first: nothing but nfsd and the LUN is left.
  agent=$(main_pid mds1 pnfs-ha-agent) guard=$(main_pid mds1 pnfs-ha-guard)
  on mds1 "nft 'flush chain inet pnfs_ha input; flush chain inet pnfs_ha output' && kill -STOP $agent $guard &&
    echo 0 >/proc/sys/fs/xfs/panic_mask"
  lab freeze mds1
}
heal() {
  ! is_registered mds1 || problem "mds1 is registered after the takeover"
  start_capture
  lab thaw mds1
  wait_for 60 asked_for_the_device || true        # check() tells
  on_limit=20 on mds1 "kill -CONT $agent" || true # it sees that it lost the LUN
  wait_for 120 rebooted mds1 || problem "mds1 did not reboot"
  take_capture "$dir/capture"
}
check() {
  require "mds1 answered no GETDEVICEINFO: this tests nothing" asked_for_the_device
  done_by "$dir/capture" mds1 >"$dir/done"
  require "mds1 is back on the LUN: $(head -n 1 "$dir/done")" test ! -s "$dir/done"
  require "mds2 does not hold the LUN" holds_as_server mds2
}

# fetch_device: ten times a second; so one request at least waits in the network card of a server that stands still.
fetch_device() {
  on client2 "systemd-run --quiet --collect --unit=holder --property=StandardOutput=file:/root/holder.json \
    pnfs-holder $vip archive --owner fetcher --read --fetch-device --renew-every 0.1"
  wait_for 20 on client2 'grep -q \"layout\" /root/holder.json'
}

# The kernel says so when it refuses; whichever nfsd it is.
asked_for_the_device() { serial_of mds1 | grep -E 'pNFS: (device .* is not reserved|cannot read the reservation|failed to (register|reserve))'; }

holds_as_server() { keys_of "$1" | grep -q '^0x704853'; }
