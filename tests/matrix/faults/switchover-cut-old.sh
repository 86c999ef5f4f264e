# shellcheck shell=bash disable=SC2034,SC2154
story="the old active's power is cut after step VARIANT of its release in a switchover"
variants=(open_gate start_keeper give_nfsd_key mount_state) # src/step_id.h; each undone
metadata_limit=40
inject() {
  log_to_console mds1
  in_background mds1 'pnfs-ha switchover'
  cut_at mds1 30 "^release: .*\[undo $variant\]" 1 >"$dir/cut-at"
  note "cut after: $(<"$dir/cut-at")"
}
heal() { lab power-on mds1; }
