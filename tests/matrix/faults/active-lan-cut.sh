# shellcheck shell=bash disable=SC2034,SC2154
story="the active's LAN is cut, the mirror's link is well"
hold=15
recover_limit=60
metadata_limit=40
inject() { lab link mds1 lan down; }
heal() { lab link mds1 lan up; }
