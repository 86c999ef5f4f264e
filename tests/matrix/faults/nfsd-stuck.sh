# shellcheck shell=bash disable=SC2034,SC2154
story="the active's file system freezes: nfsd's threads hang, while agent and kernel are well"
recover_limit=75
metadata_limit=90 # the keeper waits for 45 s, then comes a takeover, then TCP's back-off
inject() { on mds1 fsfreeze -f /srv/pnfs-ha; }
check() { require "mds1 did not reboot" rebooted mds1; }
