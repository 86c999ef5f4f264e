# shellcheck shell=bash disable=SC2154 # variables of the scenario
# What the cluster is at, as its servers and a client say. Sourced, never run.

# state_of SERVER FILTER: true or not, of its `status --json`.
# (jq -e would take silence for true; the verb's exit status is the health.)
state_of() { [[ $({ soon "$1" pnfs-ha status --here --json 2>/dev/null || true; } | jq "$2") = true ]]; }

# serves SERVER, or either
serves() {
  if [[ $1 = either ]]; then
    serves mds1 || serves mds2
  else
    state_of "$1" '.role == "active" and .nfs.in_grace == false'
  fi
}

# active_server: the one that says so. A server that is too slow to answer does not make the other one active.
active_server() {
  local server end=$((SECONDS + 60))
  while ((SECONDS < end)); do
    for server in "${servers[@]}"; do
      if serves "$server"; then
        echo "$server"
        return
      fi
    done
    sleep 0.5
  done
  echo "no server is active" >&2
  return 1
}

stands_by() { state_of "$1" '.role == "standby"'; }
is_well() { soon "$1" pnfs-ha status >/dev/null 2>&1; }

# Twice: a server that is about to reboot may be healthy for a moment.
both_are_healthy() { is_well mds1 && is_well mds2 && sleep 1 && is_well mds1 && is_well mds2 && one_active; }
one_active() { (serves mds1 && stands_by mds2) || (serves mds2 && stands_by mds1); }

why_unhealthy() {
  local server
  for server in "${servers[@]}"; do
    printf '%s: %s ' "$server" "$(soon "$server" pnfs-ha status --here --json 2>/dev/null |
      jq -r '"\(.role), " + (if .reason != "" then .reason else "mirror \(.mirror.disk)/\(.mirror.peer_disk) \(.mirror.connection)" end)
        + ([.steps[] | select(.event == "failed")] | last | if . then "; last failure: \(.step): \(.why)" else "" end)' || true)"
  done
}

# may_crash SERVER, the active one: another one would serve then. After three in a row that died within a minute none does (src/server/terms.h).
may_crash() { (($(on "$1" 'cat /srv/pnfs-ha/.pnfs-ha/terms 2>/dev/null || echo 0') < 3)); }

# An operation that must reach the server. One that hangs is killed: NFS lets SIGKILL through.
client_works() { soon client "timeout -s KILL 5 touch $mount_point/load/probe"; }
recovered() { serves "$1" && client_works; }

# await_recovery SERVER [SECONDS]
await_recovery() {
  enter "wait for recovery"
  wait_for "${2:-60}" recovered "$1" || problem "$1 does not serve"
}

# log_says SERVER PATTERN: the agent's journal of this server, of all boots.
log_says() { on "$1" "journalctl -u pnfs-ha-agent -o cat" | grep -qE "$2"; }
fencer_says() { on "$1" "journalctl -u pnfs-ha-fencer -o cat" | grep -qE "$2"; }

# switch_over: to the other server, which then serves while the previous one stands by.
switch_over() {
  local from to
  from=$(active_server) || {
    problem "no server says that it is active"
    return
  }
  to=$(other "$from")
  on_limit=90 on "$from" pnfs-ha switchover >>"$dir/switchovers" 2>&1 || problem "$from does not switch over: $(grep '^pnfs-ha: ' "$dir/switchovers" | tail -n 1); $(why_unhealthy)"
  wait_for 60 serves "$to" || problem "$to does not serve after a switchover"
  wait_for 60 both_are_healthy || problem "not healthy after a switchover: $(why_unhealthy)"
}
