# shellcheck shell=bash disable=SC2034,SC2154
story="the standby hears no VRRP, the active hears the standby's and yields to its higher address: a switchover in order"
active_after=mds2
hold=20
metadata_limit=10
inject() { deafen mds2; }
heal() { hear_again mds2; }
check() { require "mds1 rebooted" not_rebooted mds1; }
