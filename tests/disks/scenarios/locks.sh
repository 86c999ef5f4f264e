# shellcheck shell=bash disable=SC2034,SC2154
story="an image that is open for writing is refused to a second opener, here and on the other client, until the first one is killed"
# qcow2, which locks by itself; whether a raw image is locked is up to the virtual machine's device, and qemu-io has none.
scenario() {
  local guest
  prepare_clients
  must disk client create a.qcow2 1M
  ! disk client2 refuses a.qcow2 || problem "it is refused although nobody has it open"
  must disk client hold a.qcow2
  for guest in "${clients[@]}"; do
    disk "$guest" refuses a.qcow2 || problem "it is open for writing twice, the second time on $guest"
    disk "$guest" refuses a.qcow2 -r || problem "it can be read on $guest while it is open for writing"
  done
  must disk client drop
  wait_for 10 can_open client2 a.qcow2 || problem "it stays locked after its opener is gone"
}

can_open() { ! disk "$1" refuses "$2"; }
