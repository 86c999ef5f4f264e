# shellcheck shell=bash disable=SC2034,SC2154
story="the standby loses the SAN for a while"
active_after=mds1
hold=15
metadata_limit=2
inject() { lab link mds2 san down; }
heal() { lab link mds2 san up; }
check() { require "mds1 rebooted" not_rebooted mds1; }
