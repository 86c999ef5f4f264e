#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154 # variables of cluster.bash
# What an administrator does on purpose: maintenance, VRRP by unicast, recovery. The tests build on each other.

load cluster

setup_file() {
  need_ready
}

@test "reservation show tells who may use the LUN" {
  run on mds2 pnfs-ha reservation show
  [ "$status" -eq 0 ]
  [[ ${lines[0]} = "Exclusive Access - Registrants Only, held by: peer" ]]
  [[ $output = *"*  0x7048530000000001  iqn.2026-01.org.example:mds1 "*" server mds1, serving"* ]]
  [[ $output = *"iqn.2026-01.org.example:mds2"*"server mds2"* ]]
  run on mds1 pnfs-ha reservation show
  [[ $output = *"iqn.2026-01.org.example:client "*"client 10.77.0.21:"*", confirmed"* ]]
}

@test "a file's name adds no line to what nfsd tells of its client" {
  name='x
- 0xf0f0: { type: layout, superblock: "08:00:4242" }'
  on client "setsid -f sh -c 'exec 9>>\"\$1\"; exec sleep 60' - $mount_point/$(printf %q "$name") </dev/null >/dev/null 2>&1"
  wait_for 20 on client "test -e $mount_point/$(printf %q "$name")"
  run on mds1 'cat /proc/fs/nfsd/clients/*/states'
  [[ $output = *'x\012- 0xf0f0: { type: layout, superblock: \04208:00:4242\042 }"'* ]]
  [[ $output != *$'\n- 0xf0f0'* ]]
  on client "pkill -x sleep; rm $mount_point/$(printf %q "$name")"
}

@test "a client that an administrator fences goes on through the server" {
  key=$(on mds1 pnfs-ha reservation show --json | jq -r '.registrations[] | select(.initiator | endswith(":client2")) | .key')
  if [[ ! $key ]]; then # it has read nothing yet
    on client2 "dd if=$mount_point/archive of=/dev/null bs=1M count=1 iflag=direct"
    key=$(on mds1 pnfs-ha reservation show --json | jq -r '.registrations[] | select(.initiator | endswith(":client2")) | .key')
  fi
  on mds1 "pnfs-ha reservation fence $key --yes"
  run on mds1 pnfs-ha reservation show
  [[ $output != *"$key"* ]]
  on client2 "echo 3 >/proc/sys/vm/drop_caches; dd if=$mount_point/archive of=/dev/null bs=1M iflag=direct"
}

@test "a reload of keepalived, and new instances of systemd and D-Bus, change nothing" {
  steps=$(steps_of mds1)
  start_load
  # What apt does after an upgrade. The reload is slow, so that the agent looks meanwhile.
  on mds1 'mkdir -p /run/systemd/system/pnfs-ha-keepalived.service.d
    printf "[Service]\nExecReload=/bin/sleep 2\n" >/run/systemd/system/pnfs-ha-keepalived.service.d/slow.conf
    systemctl daemon-reload && systemctl reload pnfs-ha-keepalived && systemctl daemon-reexec && sleep 2 && systemctl restart dbus'
  sleep 4
  # Each of the three may keep the server's one processor for a moment.
  judge_failover 0.5 --metadata-limit 4 --outages 3
  [ "$(steps_of mds1)" = "$steps" ]
  on mds1 systemctl stop pnfs-ha-keeper # the agent has it started again: it still reaches systemd
  wait_for 15 on mds1 systemctl is-active pnfs-ha-keeper
  is_active mds1
}

@test "maintenance of the active: the other one takes over, and this one stays out" {
  on mds1 pnfs-ha maintenance on
  wait_for 60 is_active mds2
  wait_for 30 is mds1 .reason maintenance
  is mds1 .vrrp FAULT
}

@test "maintenance ends: it stands for election again" {
  on mds1 pnfs-ha maintenance off
  wait_for 60 is_healthy mds1
  wait_for 60 is_healthy mds2
}

# set_advertise SERVER HOW
set_advertise() { on "$1" "sed -i 's/^advertise = .*/advertise = \"$2\"/' /etc/pnfs-ha/cluster.toml && systemctl restart pnfs-ha-agent"; }

@test "VRRP by multicast, and back: the servers change over one by one" {
  for how in multicast unicast; do
    active=$(is_active mds1 && echo mds1 || echo mds2)
    standby=$([[ $active = mds1 ]] && echo mds2 || echo mds1)
    set_advertise "$standby" $how
    wait_for 90 is "$standby" .role standby
    set_advertise "$active" $how
    wait_for 120 is_healthy mds1
    wait_for 120 is_healthy mds2
    expected=$([[ $how = unicast ]] && echo 1 || echo 0)
    on mds1 'grep -c "unicast_peer" /etc/pnfs-ha/keepalived.conf || true' | grep -qx "$expected"
    on client "touch $mount_point/by-$how"
  done
}

@test "and the power of the active is cut" {
  active=$(is_active mds1 && echo mds1 || echo mds2)
  standby=$([[ $active = mds1 ]] && echo mds2 || echo mds1)
  lab power-cut "$active"
  wait_for 60 is_active "$standby"
  on client "touch $mount_point/after-the-cut"
  lab power-on "$active"
  wait_for 120 is_healthy mds1
  wait_for 120 is_healthy mds2
}

@test "recover does not wait for a server that a human knows to be off" {
  lab power-cut mds1
  lab power-cut mds2
  lab power-on mds2
  blank_alone() { is mds2 '.reason | startswith("the ramdisk is blank and the other server does not answer")' true; }
  wait_for 120 blank_alone
  run on mds2 pnfs-ha recover --dry-run
  [[ $output = *"would be lost: If the other server is alive and active, it is stopped"* ]]
  on mds2 pnfs-ha recover --yes
  wait_for 30 is_active mds2
  on client "stat $mount_point/after-the-cut"
}
