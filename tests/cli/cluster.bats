#!/usr/bin/env bats
# init, join, token and agent, as far as a machine without a SAN can tell: every wrong start is refused before
# anything is changed.
load common

options="--name demo --vip 10.0.0.100/24 --interface lo"

init() { alone "\$pnfs_ha init $options $*; "; }

@test "init refuses a LUN that does not exist" {
  run init --lun /dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe
  refused 64 "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe does not exist"
  [[ ${lines[1]} == *"log in to the SAN first"* ]]
}

@test "init refuses what is no disk" {
  run init --lun /dev/null
  refused 64 "/dev/null is a partition or no disk at all"
  [[ ${lines[1]} == *"give the whole disk"* ]]
}

@test "init refuses a directory and a file" {
  run init --lun /tmp
  refused 64 "/tmp "
  run init --lun /etc/passwd
  refused 64 "/etc/passwd "
}

@test "init refuses a disk that is no SCSI disk" {
  [ -b /dev/loop0 ] || skip "no loop device"
  run init --lun /dev/loop0
  refused 64 "/dev/loop0 (loop0) is no SCSI disk"
}

@test "a dry run refuses the same" {
  run init --dry-run --lun /dev/null
  refused 64 "/dev/null is a partition or no disk at all"
}

@test "init and join refuse a server that is in a cluster already" {
  run alone "echo '[cluster]' >/etc/pnfs-ha/cluster.toml; \$pnfs_ha init $options --lun /dev/null"
  refused 64 "this server is in a cluster already"
  run alone "echo '[cluster]' >/etc/pnfs-ha/cluster.toml; \$pnfs_ha join 127.0.0.1 --token x"
  refused 64 "this server is in a cluster already"
}

@test "join says that nobody answers" {
  run alone "ip link set lo up; \$pnfs_ha join 127.0.0.1 --port 1 --token x"
  refused 1 "cannot reach 127.0.0.1 port 1: Connection refused"
  run alone "\$pnfs_ha join alpha.example.org --token x"
  [ "$status" -eq 1 ]
  [[ ${lines[0]} == "pnfs-ha: cannot reach alpha.example.org port 7410: "* ]]
}

@test "check finds no fault in a server that is in no cluster yet" {
  run alone "\$pnfs_ha check"
  [[ $output =~ warning\ +configuration\ +"/etc/pnfs-ha/cluster.toml does not exist: this server is in no cluster" ]]
  [[ ! $output =~ failed\ +configuration ]]
}

@test "token, agent and switchover need a cluster" {
  for verb in token agent "switchover --dry-run" "grow --dry-run" "grow --yes" maintenance "maintenance on" recover "reservation show"; do
    run alone "\$pnfs_ha $verb"
    refused 64 "/etc/pnfs-ha/cluster.toml does not exist: this server is in no cluster"
    [[ ${lines[1]} == *"pnfs-ha init"* ]]
  done
}

@test "agent names file and line of a mistake" {
  run alone "printf '[cluster]\nname = \"my cluster\"\n' >/etc/pnfs-ha/cluster.toml; \$pnfs_ha agent"
  refused 64 "/etc/pnfs-ha/cluster.toml:2: cluster.name: must be 1 to 63"
  run alone "printf '[cluster]\nname = demo\n' >/etc/pnfs-ha/cluster.toml; \$pnfs_ha agent"
  refused 64 "/etc/pnfs-ha/cluster.toml:2: "
}

@test "a dry run of the switchover tells what would happen here, and then there" {
  run alone "$(a_server | sed "s/^name = \"alpha\"/name = \"$(uname -n)\"/")
    \$pnfs_ha switchover --dry-run"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "would here: switchover: check that the other server is ready (8)" ]
  [[ $output = *"would here: release: shut the gate to new requests (7)"*"would there: takeover: promote the state mirror (6)"* ]]
  [ "${lines[-1]}" = "would there: takeover: tell clients that their server is another one (7)" ]
}

@test "switchover and notify need an agent" {
  run alone "\$pnfs_ha switchover"
  refused 64 "/etc/pnfs-ha/cluster.toml does not exist: this server is in no cluster"
  run alone "$(a_server | sed "s/^name = \"alpha\"/name = \"$(uname -n)\"/")
    \$pnfs_ha switchover >/dev/null"
  refused 1 "switchover: cannot check that the other server is ready (8): cannot reach this server's agent"
  run alone "\$pnfs_ha notify INSTANCE pnfs-ha MASTER 100"
  refused 1 "cannot tell the agent through /run/pnfs-ha/vrrp"
}

@test "a dry run of the growth tells what would happen here, and there" {
  run alone "$(a_server | sed "s/^name = \"alpha\"/name = \"$(uname -n)\"/")
    \$pnfs_ha grow --dry-run --no-switchover"
  [ "$status" -eq 0 ]
  [ "${lines[0]}" = "would here: grow: check that this server is active and the other one ready (8)" ]
  [[ $output = *"would there: grow: have the other server read it again, too (1)"* ]]
  [ "${lines[-1]}" = "would here: grow: let nfsd give out layouts again (2)" ]
  run -0 --separate-stderr alone "$(a_server | sed "s/^name = \"alpha\"/name = \"$(uname -n)\"/")
    \$pnfs_ha grow --dry-run --json"
  jq -e '.format == 1 and .lun == null and (.commands.rescan | contains("naa.6001405f00d00000000000000000cafe"))' <<<"$output"
}

@test "grow needs somebody to ask, or --yes, and an agent" {
  local server
  server=$(a_server | sed "s/^name = \"alpha\"/name = \"$(uname -n)\"/")
  run alone "$server
    \$pnfs_ha grow </dev/null"
  refused 64 "Has each of them read the LUN's size again?: nobody is there to confirm this"
  run alone "$server
    \$pnfs_ha grow --json"
  refused 64 "--json asks nobody whether the clients have read the LUN's size again"
  run alone "$server
    \$pnfs_ha grow --yes >/dev/null"
  refused 1 "grow: cannot check that this server is active and the other one ready (8): the agent has not said anything"
}

# A script for alone() with as many paths to the LUN as names are given, in a /sys of its own.
with_paths() {
  local each
  echo "mount -t tmpfs tmpfs /sys"
  for each in "$@"; do
    echo "mkdir -p /sys/block/$each/device; echo naa.$each >/sys/block/$each/device/wwid; : >/sys/block/$each/device/rescan"
  done
}

@test "the command for clients rescans every path of the LUN, and no other disk" {
  run -0 alone "$(a_server | sed "s/^name = \"alpha\"/name = \"$(uname -n)\"/")
    rescan=\$(\$pnfs_ha grow --dry-run --json | jq -r .commands.rescan)
    $(with_paths sda sdb sdc)
    echo naa.6001405f00d00000000000000000cafe | tee /sys/block/sda/device/wwid >/sys/block/sdc/device/wwid
    for shell in sh bash; do
      for each in sda sdb sdc; do : >/sys/block/\$each/device/rescan; done
      \$shell -c \"\$rescan\"
      cat /sys/block/sda/device/rescan /sys/block/sdc/device/rescan; wc -c </sys/block/sdb/device/rescan
    done"
  [ "$output" = "1"$'\n'"1"$'\n'"0"$'\n'"1"$'\n'"1"$'\n'"0" ]
}

@test "notify passes keepalived's words on to the agent" {
  run -0 alone 'mkfifo /run/pnfs-ha/vrrp; exec 3<>/run/pnfs-ha/vrrp; $pnfs_ha notify INSTANCE pnfs-ha MASTER 100
    read -r -t 5 line <&3; echo "$line"'
  [ "$output" = 'INSTANCE "pnfs-ha" MASTER 100' ]
}

# with_nfsd PARAMETERS: a script for alone() on a machine whose modprobe would load an nfsd with these.
with_nfsd() {
  cat <<SCRIPT
mkdir /run/fakes && PATH=/run/fakes:\$PATH
printf '#!/bin/sh\n[ "\$2" != parm ] || printf "%s"\n' '$1' >/run/fakes/modinfo
printf '#!/bin/sh\n' >/run/fakes/modprobe
chmod +x /run/fakes/*
SCRIPT
}

@test "check fails on stock nfsd, and on one that takes no key" {
  for parameters in 'nfs4_disable_idmapping:x\n' 'late_layoutcommit:x\n'; do
    run -1 alone "$(with_nfsd "$parameters")
      \$pnfs_ha check"
    [[ $output =~ failed\ +nfsd\ +"stock nfsd: whatever clients wrote directly".*"pnfs-ha-nfsd-dkms" ]]
  done
  run -1 alone "$(with_nfsd 'late_layoutcommit:x\nmds_pr_key:x\n')
    \$pnfs_ha check"
  [[ $output =~ ok\ +nfsd\ +"accepts late commits and takes this server's key" ]]
}

@test "check is a list of findings, as JSON too" {
  run -1 alone '$pnfs_ha check'
  [[ $output =~ warning\ +configuration\ +"/etc/pnfs-ha/cluster.toml does not exist" ]]
  run -1 --separate-stderr alone '$pnfs_ha check --json'
  python3 -c 'import json, sys
for item in json.load(sys.stdin): assert sorted(item) == ["check", "found", "remedy", "result"], item' <<<"$output"
}

@test "none of this left a trace" {
  [ ! -e /etc/pnfs-ha/cluster.toml ]
  [ ! -e /run/pnfs-ha/vrrp ]
}

@test "maintenance takes on or off" {
  run alone "\$pnfs_ha maintenance sometimes"
  [ "$status" -eq 64 ]
  [[ $output == *"state: sometimes not in {on,off}"* ]]
}

@test "reservation wants to know what to do" {
  run alone "\$pnfs_ha reservation"
  [ "$status" -eq 64 ]
}

@test "history: each takeover, and what became of the files" {
  run -0 alone "$(a_server)
    \$pnfs_ha history"
  [ "$output" = "no takeover is on record" ]
  local record='[{"at": 0, "server": "beta", "former": "alpha", "planned": true, "counts": {}, "files": []},
    {"at": 86400, "server": "alpha", "former": "beta", "planned": false, "accepts_late_commits": true,
     "counts": {"committed late": 1, "may have lost blocks": 1},
     "files": [{"client": "10.0.0.21", "inode": 131, "path": "db/data", "fate": "committed late", "why": "65536 bytes"},
               {"client": "10.0.0.22", "inode": 132, "path": "/", "fate": "may have lost blocks", "why": "refused"}]}]'
  run -0 alone "$(a_server)
    echo '$record' >/srv/pnfs-ha/.pnfs-ha/history.json
    TZ=UTC \$pnfs_ha history --files"
  diff - <(echo "$output") <<'TEXT'
1970-01-01 00:00:00  beta took over from alpha in order: no file was being written directly
1970-01-02 00:00:00  alpha took over from beta: 1 committed late, 1 may have lost blocks
  10.0.0.21      db/data    committed late: 65536 bytes
  10.0.0.22      inode 132  may have lost blocks: refused
TEXT
  run -0 --separate-stderr alone "$(a_server)
    echo '$record' >/srv/pnfs-ha/.pnfs-ha/history.json
    \$pnfs_ha history --last --json"
  [ "$(jq -r 'length, .[0].server, .[0].format, .[0].files[1].outcome' <<<"$output" | paste -sd' ')" = "1 alpha 2 may_have_lost_blocks" ]
  run -0 --separate-stderr alone "$(a_server)
    echo '$record' | jq '. + [{format: 3}]' >/srv/pnfs-ha/.pnfs-ha/history.json
    TZ=UTC \$pnfs_ha history"
  [ "${#lines[@]}" = 2 ]
  [[ $stderr == *"a takeover in the history was made by a newer pnfs-ha (format 3;"*"update pnfs-ha on this server"* ]]
}

@test "recover needs a running agent" {
  run alone "$(a_server)
    \$pnfs_ha recover"
  [ "$status" -eq 1 ]
  [[ ${lines[0]} == *"agent"* ]]
}
