# shellcheck shell=bash disable=SC2034,SC2154
story="the standby's LAN and the mirror's link are cut, its SAN is alive: who reaches nobody never takes over"
quick=yes
active_after=mds1
hold=20
metadata_limit=10
inject() {
  lab link mds2 rep down
  lab link mds2 lan down
}
heal() {
  lab link mds2 rep up
  lab link mds2 lan up
}
check() { require "mds1 rebooted" not_rebooted mds1; }
