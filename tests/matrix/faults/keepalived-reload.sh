# shellcheck shell=bash disable=SC2034,SC2154
story="keepalived reloads on the active, then on the standby: nothing happens"
active_after=mds1
hold=10
metadata_limit=2
inject() {
  steps=$(steps_of mds1)
  on mds1 systemctl reload pnfs-ha-keepalived
  sleep 2
  on mds2 systemctl reload pnfs-ha-keepalived
}
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "mds1 did something: $(steps_of mds1)" test "$(steps_of mds1)" = "$steps"
}
