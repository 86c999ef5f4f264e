# shellcheck shell=bash disable=SC2034
story="the standby's LAN is cut: it hears no VRRP and must not take over"
active_after=mds1
hold=15
metadata_limit=10
inject() { lab link mds2 lan down; }
heal() { lab link mds2 lan up; }
check() { require "mds1 rebooted" not_rebooted mds1; }
