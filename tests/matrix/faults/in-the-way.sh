# shellcheck shell=bash disable=SC2034,SC2154
story="a shell, an open file, a container and a second mount in the active's LUN, a shell in its state and one on the standby: a switchover"
metadata_limit=30
lun=/srv/pnfs-ha
inject() {
  on mds2 "systemd-run --quiet --unit=shell sh -c 'cd $lun && exec sleep infinity'"
  on mds1 "systemd-run --quiet --unit=shell sh -c 'cd $lun && exec sleep infinity'
    systemd-run --quiet --unit=file sh -c 'exec sleep infinity <$lun/export/archive'
    systemd-run --quiet --unit=state sh -c 'cd /var/lib/nfs && exec sleep infinity'
    systemd-run --quiet --unit=container unshare --mount --propagation private sleep infinity
    mkdir -p /mnt/again && mount --bind $lun /mnt/again"
  wait_for 60 state_of mds1 '(.in_the_way | map(.use) | sort) == ["directory", "directory", "file", "own mount", "own mount"]' ||
    problem "not named: $(on mds1 pnfs-ha status --json | jq -c .in_the_way)"
  on mds1 pnfs-ha status >"$dir/status" || problem "mds1 is not healthy: $(tail -n 1 "$dir/status")"
  grep -q "sleep ([0-9]*) uses $lun" "$dir/status" || problem "the status does not name who is in the way"
  on_limit=60 on mds1 pnfs-ha switchover >"$dir/switchover" || problem "cannot switch over: $(tail -n 1 "$dir/switchover")"
}
# The standby's mount is the agent's alone: what others see there is an empty directory.
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "mds1 does not say whom it ended" log_says mds1 "must be unmounted: ended sleep \(process [0-9]+\), which used $lun"
  require "the standby's mount shows" test -z "$(on mds1 "findmnt -n -t xfs; ls -A $lun")"
  require "the standby has no mount" state_of mds1 '.lun.mounted == "ro"'
  require "the shell on the standby was ended" on mds2 systemctl is-active --quiet shell
}
