# shellcheck shell=bash disable=SC2034,SC2154
story="the active's power is cut, and the standby's after step VARIANT of its takeover; both come back"
# 0: before the first step. Each step's line comes when the step is done.
mapfile -t variants < <(seq 0 "$(sed -n '/^takeover$/,/^release$/p' "$lab_root/tests/cli/plan.golden" | grep -c '^  [0-9]')")
active_after=either
healthy_limit=200
metadata_limit=150
inject() {
  log_to_console mds2
  lab power-cut mds1
  lab power-on mds1
  if [[ $variant = 0 ]]; then
    cut_at mds2 30 '^keepalived: MASTER' 1
  else
    cut_at mds2 30 '^takeover: ' "$variant"
  fi >"$dir/cut-at"
  note "cut after: $(<"$dir/cut-at")"
}
works_again() { :; }
heal() { lab power-on mds2; }
