# shellcheck shell=bash disable=SC2034,SC2154
story="only VRRP's packets are lost, both ways: both servers are MASTER"
quick=yes
active_after=mds1
hold=20
metadata_limit=10
inject() {
  deafen mds1
  deafen mds2
}
heal() {
  hear_again mds1
  hear_again mds2
}
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "the VIP is not on exactly one server" vip_is_on_active
}
