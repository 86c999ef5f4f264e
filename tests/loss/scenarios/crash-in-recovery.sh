# shellcheck shell=bash disable=SC2034,SC2154
story="the server that takes over dies while the clients recover; both boot again"
scenario() {
  log_to_console mds2
  note_serial
  start_writers write_scripts
  wait_for 90 each written || problem "not all is written: $(stragglers)"
  lab power-cut mds1
  each "signal cut"
  enter "cut the second one as its gate opens"
  cut_at mds2 60 '^takeover: .*\[open_gate\]' 1
  lab power-on mds1
  lab power-on mds2
  enter "wait for recovery"
  wait_for 240 recovered either || problem "neither server serves"
  each "signal recovered"
  wait_at end 90
  finish
}
