# shellcheck shell=bash disable=SC2154 # variables of the scenario
# VRRP and its address, as a fault sees them. Sourced, never run.

# drop_vrrp SERVER HOOK...: input, output. The rest of the LAN stays alive; a reboot ends it.
drop_vrrp() {
  local server=$1 hook
  shift
  for hook in "$@"; do
    on "$server" "nft 'add table inet fault; add chain inet fault $hook { type filter hook $hook priority -300; }; add rule inet fault $hook meta l4proto 112 drop'"
  done
}
pass_vrrp() { on "$1" 'nft delete table inet fault 2>/dev/null || true'; }

has_vip() { soon "$1" ip -brief address | grep -qF " $vip/"; }
vip_is_on_active() {
  if serves mds1; then has_vip mds1 && ! has_vip mds2; else has_vip mds2 && ! has_vip mds1; fi
}
