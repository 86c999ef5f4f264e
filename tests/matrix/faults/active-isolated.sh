# shellcheck shell=bash disable=SC2034,SC2154
story="the active's LAN and the mirror's link are cut, its SAN is alive: it is fenced and reboots"
quick=yes
hold=10
inject() {
  lab link mds1 rep down
  lab link mds1 lan down
}
heal() {
  lab link mds1 rep up
  lab link mds1 lan up
}
check() { require "mds1 did not reboot" rebooted mds1; }
