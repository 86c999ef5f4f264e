# shellcheck shell=bash disable=SC2034,SC2154
story="the server that takes over dies while the clients recover; both boot again"
scenario() {
  log_to_console mds2
  note_serial
  write_all write_scripts
  lab power-cut mds1
  each "signal cut"
  enter "cut the second one as its gate opens"
  cut_at mds2 60 '^takeover: .*\[open_gate\]' 1
  lab power-on mds1
  lab power-on mds2
  await_recovery either 240
  each "signal recovered"
  wait_at end 90
  finish
}
