# shellcheck shell=bash disable=SC2034
story="the active's power is cut"
inject() { lab power-cut mds1; }
heal() { lab power-on mds1; }
check() { require "mds1 did not reboot" rebooted mds1; }
