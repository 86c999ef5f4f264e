# shellcheck shell=bash disable=SC2034,SC2154
story="the active's keepalived is killed, and the VIP stays where it was"
active_after=either
hold=10
inject() {
  vrrp=$(main_pid mds1 pnfs-ha-keepalived)
  on mds1 systemctl kill -s KILL pnfs-ha-keepalived
}
settled() { replaced mds1 pnfs-ha-keepalived "$vrrp" && serves either; }
check() {
  # It must be one that takes part: the VIP is on the active and nowhere else.
  require "the VIP is not on exactly one server" vip_is_on_active
}
