# shellcheck shell=bash disable=SC2034,SC2154
story="the standby hears no VRRP and is elected as well; the active, of higher priority, stays, and tells it so through the LUN"
active_after=mds1
hold=20
metadata_limit=10
inject() { deafen mds2; }
heal() { hear_again mds2; }
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "the VIP is not on exactly one server" vip_is_on_active
}
