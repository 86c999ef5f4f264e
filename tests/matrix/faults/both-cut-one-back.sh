# shellcheck shell=bash disable=SC2034,SC2154
story="both servers' power is cut at once; one comes back, waits for the other in vain, and serves alone"
recover_limit=180
metadata_limit=200
inject() {
  lab power-cut mds1 &
  lab power-cut mds2
  wait
  lab power-on mds2
}
heal() { lab power-on mds1; }
