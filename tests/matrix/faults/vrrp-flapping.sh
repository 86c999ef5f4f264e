# shellcheck shell=bash disable=SC2034,SC2154
story="the standby's LAN goes down and up every 2 s for 20 s"
active_after=mds1
hold=8
metadata_limit=10
inject() {
  local i
  for ((i = 0; i < 5; ++i)); do
    lab link mds2 lan down
    sleep 2
    lab link mds2 lan up
    sleep 2
  done
}
check() { require "mds1 rebooted" not_rebooted mds1; }
