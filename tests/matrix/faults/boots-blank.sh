# shellcheck shell=bash disable=SC2034,SC2154
story="the standby boots without the mirror's link: it asks through the LUN whether the active is alive, and stays out"
active_after=mds1
healthy_limit=60
time_limit=600
metadata_limit=8
inject() {
  lab power-cut mds2
  lab power-on mds2
  lab link mds2 rep down    # long before it boots as far as that
  wait_for 240 asks || true # 90 s after it has come up
  sleep 12                  # an unanswered challenge would stand for 10 s
}
asks() { log_says mds2 'asking through the LUN whether it is alive'; }
heal() { lab link mds2 rep up; }
check() {
  require "mds2 did not challenge mds1" asks
  require "mds1 did not answer" log_says mds1 'fencing 0x7048430000000002 .*: a server asks whether this one is alive'
  require "mds1 rebooted" not_rebooted mds1
}
