# shellcheck shell=bash disable=SC2034,SC2154
story="the active is frozen, and thawed when the other one has taken over: it must not answer, and reboots"
inject() { lab freeze mds1; }
heal() { lab thaw mds1; }
check() { require "mds1 did not reboot" rebooted mds1; }
