# shellcheck shell=bash disable=SC2034,SC2154
story="a firewall that flushes everybody's rules is reloaded on both servers, and once more right before a switchover"
metadata_limit=15
flush='nft flush ruleset'
inject() {
  on mds2 "$flush"
  on mds1 "$flush"
  wait_for 10 on mds1 'nft list set inet pnfs_ha requests | grep -q 2049' || problem "the active's gate is not there again"
  sleep 5
  require "mds1 does not serve any more" serves mds1
  on_limit=60 on mds1 "$flush; pnfs-ha switchover" >"$dir/switchover" || problem "cannot switch over: $(tail -n 1 "$dir/switchover")"
}
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "mds2 rebooted" not_rebooted mds2
  require "mds1 does not say that the gate was gone" log_says mds1 'the gate to the NFS port was gone'
}
