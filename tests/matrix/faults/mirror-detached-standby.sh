# shellcheck shell=bash disable=SC2034,SC2154
story="the standby's mirror loses its ramdisk"
active_after=mds1
hold=10
healthy_limit=60
metadata_limit=8
inject() { on mds2 drbdsetup detach 0 --force; }
check() { require "mds1 rebooted" not_rebooted mds1; }
