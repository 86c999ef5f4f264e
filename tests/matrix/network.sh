# shellcheck shell=bash disable=SC2154 # variables of the scenario
# VRRP and its address, as a fault sees them. Sourced, never run.

# deafen SERVER: it hears no VRRP; the rest of its LAN stays alive, and a reboot ends it. Only what comes in is dropped: a
# packet that is dropped on its way out fails for its sender, one that a network loses does not.
deafen() {
  on "$1" "nft 'add table inet fault; add chain inet fault input { type filter hook input priority -300; }; add rule inet fault input meta l4proto 112 drop'"
}
vrrp_says() { on "$1" "journalctl -u pnfs-ha-keepalived -o cat" | grep -qE "$2"; }
hear_again() { on "$1" 'nft delete table inet fault 2>/dev/null || true'; }

has_vip() { soon "$1" ip -brief address | grep -qF " $vip/"; }
vip_is_on_active() {
  if serves mds1; then has_vip mds1 && ! has_vip mds2; else has_vip mds2 && ! has_vip mds1; fi
}
