# shellcheck shell=bash disable=SC2034,SC2154
story="a crash, more writes, and a switchover back: drained, and nothing left to commit late"
scenario() {
  local left
  write_all write_scripts_twice
  lab power-cut mds1
  lab power-on mds1
  await_recovery mds2
  wait_for 150 both_are_healthy || problem "not healthy: $(why_unhealthy)"
  each "signal healthy"
  wait_at recovered 60
  enter "switchover"
  on mds2 'cat /proc/fs/nfsd/clients/*/states' >"$dir/states"
  on_limit=120 on mds2 pnfs-ha switchover >"$dir/switchover" || problem "the switchover failed"
  left=$(sed -n 's/.*; \([0-9]*\) are being written again.*/\1/p' "$dir/switchover")
  [[ ! $left ]] || problem "$left files were not drained"
  wait_for 60 recovered mds1 || problem "mds1 does not serve"
  each "signal recovered"
  wait_at end 60
  late_commits mds1 >"$dir/late"
  ! grep 'kept=[1-9]' "$dir/late" || problem "a client committed blocks late after a switchover"
  note "$(sed -n 's/^\([0-9]* files in .*\)/drained \1/p' "$dir/switchover")"
  finish
}

# Twice the same with other content, before the crash and before the switchover.
write_scripts_twice() {
  local name commands
  while IFS='|' read -r name commands; do
    read -r name <<<"$name"
    [[ $name ]] || continue
    commands=$(sed 's/^ *//; s/ *; */\n/g' <<<"$commands")
    printf '%s\n' "$commands" 'wait /run/writers/healthy' "$commands" 'wait /run/writers/recovered' fsync \
      'wait /run/writers/end' >"$1/$name.script"
  done <<<"$cases"
}
