#!/usr/bin/env bats
# `pnfs-ha status`: what the agent published, and an exit code for monitoring.
load common

# A script for alone() that leaves a document as the agent writes it. $1: a Python statement that changes `s`.
publish() {
  cat <<SCRIPT
python3 - >/run/pnfs-ha/status.json <<'PYTHON'
import json, time
s = {"version": "0.1.0", "cluster": "demo", "node": "alpha", "role": "active", "reason": "", "vrrp": "MASTER",
     "lun": {"wwn": "naa.6001405f", "device": "/dev/disk/by-id/wwn-0x6001405f", "mounted": "rw",
             "reservation": {"type": "Exclusive Access - Registrants Only", "holder": "self",
                             "keys": [{"key": "0x7048530000000001", "initiator": "iqn.x:alpha", "holder": True}]}},
     "mirror": {"role": "Primary", "disk": "UpToDate", "peer_disk": "UpToDate", "connection": "Connected"},
     "vip": {"address": "10.0.0.100/24", "present": True},
     "nfs": {"running": True, "scope": "demo", "threads": 128, "in_grace": False, "accepts_late_commits": True, "takes_key": True, "clients": 3},
     "peers": [{"name": "beta", "address": "10.0.0.12", "replication_address": "10.1.0.12",
                "connection": "Connected", "mirror_role": "Secondary", "disk": "UpToDate"}],
     "steps": [], "uptime_ms": int(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000)}
${1:-}
print(json.dumps(s))
PYTHON
SCRIPT
}

# status after the change $1
status_of() {
  alone "$(publish "${1:-}")
    \$pnfs_ha status --here ${2:-}"
}

# status where beta answers with $1
status_with_beta() {
  alone "$(a_server)
    printf '[[server]]\nname = \"beta\"\nid = 2\naddress = \"10.0.0.12\"\n' >>/etc/pnfs-ha/cluster.toml
    $(publish)
    ip link set lo up
    ip address add 10.0.0.12/32 dev lo
    socat TCP-LISTEN:7410,bind=10.0.0.12,reuseaddr SYSTEM:'read -r question; cat /run/answer' &
    cp /etc/pnfs-ha/cluster.toml /run/other.toml
    $1
    until ss -Hltn 'sport = :7410' | grep -q .; do sleep 0.1; done
    \$pnfs_ha status"
}
answer_of_beta() {
  cat <<SCRIPT
python3 - >/run/answer <<'PYTHON'
import json
print(json.dumps({"role": "standby", "health": "$1", "why": "$2", "config": open("/run/other.toml").read()}))
PYTHON
SCRIPT
}

@test "the other server's own word counts" {
  run -0 status_with_beta "$(answer_of_beta healthy "")"
  [[ $output == *"peer        beta at 10.0.0.12: standby, mirror Connected, Secondary"* ]]
  run -1 status_with_beta "$(answer_of_beta degraded "the LUN does not answer")"
  [ "${lines[-1]}" = "degraded: beta: the LUN does not answer" ]
  run -1 status_with_beta "sed -i 's/10.0.0.0/10.9.0.0/' /run/other.toml
    $(answer_of_beta healthy "")"
  [[ ${lines[-1]} == "degraded: beta: its cluster.toml says otherwise: nfs.allow is "*"10.0.0.0/24"*" here, "*"10.9.0.0/24"*" there" ]]
  run -1 status_with_beta "echo '{}' >/run/answer"
  [[ ${lines[-1]} == "degraded: beta: the answer has no role: the agent is of another version"* ]]
}

@test "the other server does not answer" {
  run -1 alone "$(a_server)
    $(publish)
    \$pnfs_ha status"
  [[ ${lines[-1]} == "degraded: beta: cannot reach 10.0.0.12 port 7410: "* ]]
}

@test "without an agent: out of service" {
  run -2 alone "$(a_server)
    \$pnfs_ha status"
  [[ ${lines[0]} == "out of service: the agent has not said anything since this server started" ]]
  [[ ${lines[1]} =~ $remedy ]]
  run -2 --separate-stderr alone "\$pnfs_ha status --json"
  [ "$(python3 -c 'import json, sys; print(json.load(sys.stdin)["role"])' <<<"$output")" = out-of-service ]
}

@test "without a cluster: what to do is not to start the agent" {
  run -2 alone "\$pnfs_ha status"
  [[ ${lines[0]} == "out of service: /etc/pnfs-ha/cluster.toml does not exist: this server is in no cluster" ]]
  [[ ${lines[1]} == *"pnfs-ha init"* ]]
}

@test "healthy" {
  run -0 status_of
  diff - <(echo "$output") <<'TEXT'
cluster     demo
server      alpha: active
VIP         10.0.0.100/24, here, VRRP MASTER
LUN         naa.6001405f, mounted: rw
            reservation: self, 1 keys
mirror      Connected, Primary, UpToDate here, UpToDate there
NFS         running, 128 threads, 3 clients
            accepts late commits
peer        beta at 10.0.0.12: mirror Connected, Secondary
TEXT
}

@test "not all of it was written: a failure, whatever else it says" {
  for output in "" --json; do
    run -1 status_of "" "$output >/dev/full"
    [[ ${lines[0]} == "pnfs-ha: cannot write all of the output" ]]
    [[ ${lines[1]} =~ $remedy ]]
  done
  run -2 alone "\$pnfs_ha status --json >/dev/full"
}

@test "as JSON: the documented keys, without the steps" {
  run -0 --separate-stderr status_of "" --json
  python3 -c 'import json, sys
s = json.load(sys.stdin)
assert sorted(s) == ["cluster", "fenced", "fencing", "format", "in_the_way", "lun", "maintenance", "mirror", "nfs", "node",
                     "peers", "reason", "role", "uptime_ms", "version", "vip", "vrrp"], sorted(s)' <<<"$output"
}

@test "degraded: stock nfsd, and what is at risk" {
  for change in 's["nfs"]["accepts_late_commits"] = False' 's["nfs"]["takes_key"] = False'; do
    run -1 status_of "$change"
    [[ ${lines[-1]} == "degraded: stock nfsd: a crash can lose direct writes, and a server that lost the LUN can let"* ]]
  done
  run -1 --separate-stderr status_of 's["nfs"]["takes_key"] = False' --json
  [ "$(python3 -c 'import json, sys; print(json.load(sys.stdin)["nfs"]["takes_key"])' <<<"$output")" = False ]
}

@test "degraded: the cluster is one that stock nfsd may serve" {
  run -1 status_of 's["nfs"]["stock_may_lose_data"] = True'
  [[ ${lines[-1]} == "degraded: stock nfsd is allowed, "*"remove stock_nfsd_may_lose_data from cluster.toml"* ]]
}

@test "degraded: the mirror lost its peer" {
  run -1 status_of 's["mirror"].update(connection="WFConnection", peer_disk="DUnknown")'
  [ "${lines[-1]}" = "degraded: the state mirror is WFConnection, UpToDate here and DUnknown there" ]
}

@test "degraded: there is no second server" {
  run -1 status_of 's["peers"] = []'
  [[ ${lines[-1]} == "degraded: there is no second server; run "*"pnfs-ha join"* ]]
}

@test "degraded: a client that did not come back cannot be fenced" {
  local fencing='s["fencing"] = {"strangers": [{"key": "0x1"}], "keeps_blocks": True, "overdue": True, "trouble": "no answer"}'
  run -1 status_of "$fencing"
  [ "${lines[-1]}" = "degraded: clients that did not come back are still registered with the LUN (1); nothing can be \
removed or shortened until then: no answer" ]
  run -0 status_of "$fencing; s['fencing']['overdue'] = False"
}

@test "a number of clients that the kernel did not tell" {
  run -0 status_of 's["nfs"]["clients"] = None'
  [[ $output == *"128 threads, unknown clients"* ]]
  run -0 alone "$(a_server)
    $(publish 's["nfs"]["clients"] = None')
    \$pnfs_ha metrics"
  run ! grep -q '^pnfs_ha_nfs_clients' <<<"$output"
}

@test "out of service, with the reason" {
  run -2 status_of 's.update(role="out-of-service", reason="takeover: cannot do it")'
  [[ $output == *"server      alpha: out-of-service (takeover: cannot do it)"* ]]
  [ "${lines[-1]}" = "out of service: takeover: cannot do it" ]
}

@test "a document that nobody renews counts as none" {
  run -2 status_of 's["uptime_ms"] -= 60000'
  [[ ${lines[0]} == "out of service: the agent has said nothing for 6"?" s" ]]
}

@test "a document of a newer agent: what, why, what to do" {
  run -2 status_of 's["format"] = 2'
  [ "${lines[0]}" = "out of service: the status document was made by a newer pnfs-ha (format 2; this one knows formats up to 1)" ]
  [[ ${lines[1]} =~ $remedy ]]
}

@test "a document that is none is an error, not a crash" {
  for text in "" "{" "[]" "3" '{"uptime_ms": "x"}' '{}' 'null' '{"uptime_ms": 9000000000000}'; do
    run alone "printf '%s' '$text' >/run/pnfs-ha/status.json; \$pnfs_ha status"
    [ "$status" -eq 1 ] || [ "$status" -eq 2 ]
    [ -n "$output" ]
  done
}

@test "metrics, healthy and without an agent" {
  local cluster
  cluster="$(a_server)
    echo '[{\"at\": 5, \"counts\": {\"committed late\": 3, \"may have lost blocks\": 1}}]' >/srv/pnfs-ha/.pnfs-ha/history.json"
  run -0 alone "$cluster
    $(publish)
    \$pnfs_ha metrics"
  diff - <(grep -v '^#' <<<"$output") <<'TEXT'
pnfs_ha_health 0
pnfs_ha_active 1
pnfs_ha_vrrp{state="MASTER"} 1
pnfs_ha_lun_answers 1
pnfs_ha_lun_latency_seconds 0
pnfs_ha_mirror_connected 1
pnfs_ha_mirror_up_to_date 1
pnfs_ha_nfs_clients 3
pnfs_ha_nfsd_accepts_late_commits 1
pnfs_ha_fenced 0
pnfs_ha_last_takeover_timestamp_seconds 5
pnfs_ha_last_takeover_files{outcome="client_gone"} 0
pnfs_ha_last_takeover_files{outcome="committed_late"} 3
pnfs_ha_last_takeover_files{outcome="in_doubt"} 0
pnfs_ha_last_takeover_files{outcome="may_have_lost_blocks"} 1
pnfs_ha_last_takeover_files{outcome="nothing_to_commit"} 0
TEXT
  run -0 alone "$cluster
    \$pnfs_ha metrics"
  [ "${lines[2]}" = "pnfs_ha_health 2" ]
}
