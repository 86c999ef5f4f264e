# shellcheck shell=bash disable=SC2034
story="the active's kernel panics"
inject() { in_background mds1 'echo c >/proc/sysrq-trigger'; }
check() { require "mds1 did not reboot" rebooted mds1; }
