# shellcheck shell=bash disable=SC2034,SC2154
story="both servers' power is cut at once, and comes back"
quick=yes
active_after=either
healthy_limit=200
metadata_limit=150
inject() {
  lab power-cut mds1 &
  lab power-cut mds2
  wait
}
works_again() { :; }
heal() {
  lab power-on mds1
  lab power-on mds2
}
