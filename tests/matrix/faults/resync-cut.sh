# shellcheck shell=bash disable=SC2034,SC2154
story="the active's power is cut while the standby's blank mirror is being filled: no full copy is left"
metadata_limit=90 # no server has a copy: they begin with the records on the LUN, once the first is back
active_after=either
healthy_limit=200
inject() {
  lab power-cut mds2
  lab power-on mds2
  on_limit=120 on mds1 'until grep -q "cs:SyncSource.*/Inconsistent" /proc/drbd; do sleep 0.02; done'
  lab power-cut mds1
}
works_again() { :; }
heal() { lab power-on mds1; }
