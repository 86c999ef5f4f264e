# shellcheck shell=bash disable=SC2034,SC2154
story="the mirrors' link is cut, a client comes, the active's power is cut: the standby's records are outdated, the LUN's are not"
recover_limit=75
inject() {
  local start
  start=$(on mds1 cat /sys/module/nfsd/parameters/boot_second)
  lab link mds1 rep down
  wait_for 20 state_of mds1 '.mirror.connection != "Connected"' || problem "the mirror is still connected"
  newcomer --hold --open fresh
  sleep 3 # the keeper's copy follows within a second
  lab power-cut mds1
  wait_for 60 state_of mds2 '.role == "active" and .nfs.in_grace' || problem "mds2 is in no grace period: this tests nothing"
  newcomer --open previous --start "$start"
}
heal() {
  lab power-on mds1
  lab link mds1 rep up
}
check() { require "mds2 did not take the LUN's records" log_says mds2 "the mirror's client records are older"; }

# A client that is not the kernel's, so that a test may ask it to reclaim.
newcomer() {
  local answer
  answer=$(on client2 "pnfs-nfs41-probe $vip archive --owner newcomer --length 4096 $*" 2>&1) || true
  require "newcomer $*: $answer" test "$answer" = ok
}
