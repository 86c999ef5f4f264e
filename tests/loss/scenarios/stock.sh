# shellcheck shell=bash disable=SC2034,SC2154
story="the same with stock nfsd on the server that takes over: the loss must be seen, or the other scenarios prove nothing"
scenario() {
  local lost name
  use_stock_nfsd mds2
  write_all write_scripts
  lab power-cut mds1
  each "signal cut"
  await_recovery mds2
  each "signal recovered"
  wait_at end 60
  each "signal end"
  each failed >"$dir/errors" || problem "a writer met an error: $(head -n 1 "$dir/errors")"
  each stop || true
  enter judge
  lost=$(lost_files)
  for name in new append append-in-block sparse allocated; do
    grep -q "/$name-during" <<<"$lost" || problem "$name-during is intact: what is this test worth?"
  done
  ! grep -q -e '-before$' -e '/overwrite-' <<<"$lost" || problem "lost what stock nfsd keeps: $(paste -sd' ' <<<"$lost")"
  enter "what the server says of them"
  await_history mds2
  history_says mds2 'client/new-during +may have lost blocks: stock nfsd refuses late commits'
  note "$(wc -l <<<"$lost") of $(cat "$dir"/*.shadow | wc -l) files damaged, as expected"
}

# use_stock_nfsd SERVER, a standby. Without the administrator's leave it stays out.
use_stock_nfsd() {
  enter "stock nfsd on $1"
  on "$1" 'rm -r /usr/lib/modules/*/updates && depmod'
  note_boots
  in_background "$1" reboot
  wait_for 90 rebooted "$1" || problem "$1 does not reboot"
  # At first it may be out of service for want of a network.
  wait_for 150 stays_out_for_stock_nfsd "$1" || problem "$1 takes part with stock nfsd, or does not say why: $(why_unhealthy)"
  { on "$1" pnfs-ha check || true; } | grep -A1 'failed *nfsd *stock' || problem "check finds no fault with stock nfsd"
  on "$1" "sed -i '/^\[nfs\]/a stock_nfsd_may_lose_data = true' /etc/pnfs-ha/cluster.toml && systemctl restart pnfs-ha-agent"
  wait_for 150 state_of "$1" '.role == "standby" and .mirror.disk == "UpToDate" and .reason == ""' ||
    problem "not ready: $(why_unhealthy)"
  { on "$1" pnfs-ha status || true; } | grep 'degraded: stock nfsd' || problem "$1 is healthy with stock nfsd"
}
stays_out_for_stock_nfsd() { state_of "$1" '.role == "out-of-service" and (.reason | test("stock nfsd"))'; }
