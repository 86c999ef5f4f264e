# shellcheck shell=bash disable=SC2034,SC2154
story="the active loses the SAN; the standby does not"
# 10 s of silence may be a path that fails over.
metadata_limit=40
inject() { lab link mds1 san down; }
heal() { lab link mds1 san up; }
check() { require "mds1 did not reboot" rebooted mds1; }
