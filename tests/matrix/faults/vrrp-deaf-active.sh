# shellcheck shell=bash disable=SC2034,SC2154
story="the active hears no VRRP, the standby hears the active's: nothing happens"
active_after=mds1
hold=15
metadata_limit=2
inject() { deafen mds1; }
heal() { hear_again mds1; }
check() { require "mds1 rebooted" not_rebooted mds1; }
