# shellcheck shell=bash disable=SC2034
story="the active's kernel stops for good and does not restart itself: the watchdog does it"
inject() { in_background mds1 'sysctl -q kernel.panic=0; echo c >/proc/sysrq-trigger'; }
check() { require "mds1 did not reboot" rebooted mds1; }
