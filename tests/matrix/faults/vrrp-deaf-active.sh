# shellcheck shell=bash disable=SC2034,SC2154
story="the active hears no VRRP, the standby hears the active's: nothing happens"
active_after=mds1
hold=15
metadata_limit=2
inject() { drop_vrrp mds1 input; }
heal() { pass_vrrp mds1; }
check() { require "mds1 rebooted" not_rebooted mds1; }
