# shellcheck shell=bash disable=SC2034,SC2154
story="a third host claims the VIP by VRRP with priority 255, to the group and then to the servers, from its own address"
active_after=mds1
hold=5
metadata_limit=2
# A keepalived that holds another address under the same virtual router: what its advertisements say is all the same.
forge() { # PEERS
  printf '%s\n' 'global_defs {' '  vrrp_version 3' '}' 'vrrp_instance forged {' '  interface lan' '  state MASTER' \
    '  virtual_router_id 51' '  priority 255' '  advert_int 1' "$1" '  virtual_ipaddress {' '    10.77.0.250' '  }' '}' |
    on client2 'cat >/run/forged.conf'
  on client2 'systemd-run --quiet --collect --unit=forged keepalived --dont-fork --vrrp --use-file=/run/forged.conf --pid=/run/forged.pid --vrrp_pid=/run/forged-vrrp.pid'
  wait_for 20 on client2 'ip -br address show lan | grep -q 10.77.0.250' || problem "nothing is forged"
  sleep 10
  on client2 systemctl stop forged
}
# sent ADDRESS: how many of them left client2. A card takes no group in that nobody has joined: there is nothing to count on mds1.
sent() { on client2 "nft list chain inet evidence seen | sed -n 's/.*daddr $1 .*packets \([0-9]*\) .*/\1/p'"; }
dropped() { on mds1 "nft list chain inet pnfs_ha input | sed -n 's/.*@th,8,8 .* counter packets \([0-9]*\) .*drop/\1/p'"; }
inject() {
  steps=$(steps_of mds1)
  on client2 "nft 'add table inet evidence; add chain inet evidence seen { type filter hook output priority 0; };
    add rule inet evidence seen meta l4proto 112 ip daddr 224.0.0.18 counter;
    add rule inet evidence seen meta l4proto 112 ip daddr 10.77.0.11 counter'"
  forge ''
  forge '  unicast_peer {
    10.77.0.11
    10.77.0.12
  }'
}
check() {
  require "mds1 rebooted" not_rebooted mds1
  require "mds1 did something: $(steps_of mds1)" test "$(steps_of mds1)" = "$steps"
  require "nothing was forged by multicast" test "$(sent 224.0.0.18)" -ge 5
  require "nothing was forged by unicast" test "$(sent 10.77.0.11)" -ge 5
  require "mds1 dropped nothing of it" test "$(dropped)" -ge 5
  ! vrrp_says mds1 'not a unicast peer' || problem "keepalived of mds1 heard it"
  require "the VIP is not on exactly one server" vip_is_on_active
}
