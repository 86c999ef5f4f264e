# shellcheck shell=bash disable=SC2034
story="the active's kernel stops for good and does not restart itself: the watchdog does it"
healthy_limit=240 # the watchdog takes 20 s, and then the server boots
inject() { in_background mds1 'sysctl -q kernel.panic=0; echo c >/proc/sysrq-trigger'; }
check() { require "mds1 did not reboot" rebooted mds1; }
