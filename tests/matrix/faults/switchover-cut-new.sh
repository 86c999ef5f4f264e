# shellcheck shell=bash disable=SC2034,SC2154
story="the new active's power is cut after step VARIANT of its takeover in a switchover: the old one serves again"
variants=(promote_mirror mount_read_write export_lun) # src/step_id.h
active_after=mds1
metadata_limit=60
inject() {
  log_to_console mds2
  in_background mds1 'pnfs-ha switchover'
  cut_at mds2 40 "^takeover: .*\[$variant\]" 1 >"$dir/cut-at"
  note "cut after: $(<"$dir/cut-at")"
}
heal() { lab power-on mds2; }
