# shellcheck shell=bash disable=SC2034,SC2154
story="the active's path to the LUN dies; the LUN answers by another one, and the other server is well"
metadata_limit=30
inject() {
  give_second_path mds1
  give_second_path mds2
  cut_path mds1 "$(disk_in_use mds1)"
}
heal() { mend_paths; }
check() {
  require "mds1 did not reboot" rebooted mds1
}
