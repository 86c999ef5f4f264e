# shellcheck shell=bash disable=SC2034
story="the active's agent is killed and may not start again: keepalived gives up the VIP, and the guard reboots the server"
metadata_limit=45 # the guard waits for 10 s, DRBD for 4 s; then TCP for its back-off
inject() { on mds1 'systemctl mask --runtime --quiet pnfs-ha-agent; systemctl kill -s KILL pnfs-ha-agent'; }
check() { require "mds1 did not reboot" rebooted mds1; }
