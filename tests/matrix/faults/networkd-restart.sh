# shellcheck shell=bash disable=SC2034,SC2154
story="systemd-networkd is restarted on the active and removes the VIP, which is none of its own: keepalived puts it back"
active_after=mds1
hold=10
metadata_limit=5
elections() { on mds1 "journalctl -u pnfs-ha-keepalived -o cat | grep -c 'Entering MASTER STATE'"; }
inject() {
  steps=$(steps_of mds1)
  before=$(elections)
  on mds1 systemctl restart systemd-networkd
}
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "mds1 did something: $(steps_of mds1)" test "$(steps_of mds1)" = "$steps"
  require "the VIP was not removed at all" test "$(elections)" -gt "$before"
  require "the VIP is not on exactly one server" vip_is_on_active
}
