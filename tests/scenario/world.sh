# shellcheck shell=bash disable=SC2154 # variables of the scenario
# The cluster under load, and what can be asked of it. Sourced, never run.

servers=(mds1 mds2)

# on GUEST COMMAND...: one that hangs must not stop the scenario. A shared connection to a guest that died hangs until
# ssh notices, 15 s later.
on() { timeout --kill-after=2 "${on_limit:-60}" "$lab_root/tests/lab/lab" ssh "$@"; }
soon() { on_limit=6 on "$@"; }

# in_background GUEST COMMAND: for what ends the guest, and the ssh with it.
in_background() { on "$1" "systemd-run --quiet --on-active=100ms --timer-property=AccuracySec=10ms sh -c '$2'"; }

other() { if [[ $1 = mds1 ]]; then echo mds2; else echo mds1; fi; }

client_time() { on client date +%s.%N; }

start_world() {
  enter "start the load"
  start_load
  lab put client2 "$here/contender" /root/
  start_contender
}

# start_contender: returns when it has been refused the lock.
start_contender() {
  local before
  before=$(refusals)
  on client2 "systemd-run --quiet --collect --unit=contender --property=KillSignal=SIGKILL --property=TimeoutStopSec=5 \
    /root/contender $mount_point/load/held.lock /root/tries"
  wait_for 20 refused_again "$before"
}

refusals() { on client2 'cat /root/tries 2>/dev/null | grep -c held || true'; }
refused_again() { (($(refusals) > $1)); }

# The load lets go of its lock when it ends: the contender ends first.
stop_contender() {
  on client2 systemctl stop contender || problem "client2: the contender cannot be stopped"
  on client2 cat /root/tries >"$dir/tries" || problem "client2 does not answer"
}

# state_of SERVER FILTER: true or not, of its `status --json`.
# (jq -e would take silence for true; the verb's exit status is the health.)
state_of() { [[ $({ soon "$1" pnfs-ha status --json 2>/dev/null || true; } | jq "$2") = true ]]; }

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
    printf '%s: %s ' "$server" "$(soon "$server" pnfs-ha status --json 2>/dev/null |
      jq -r 'if .reason != "" then "\(.role), \(.reason)" else "\(.role), mirror \(.mirror.disk)/\(.mirror.peer_disk) \(.mirror.connection)" end' || true)"
  done
}

# An operation that must reach the server. One that hangs is killed: NFS lets SIGKILL through.
client_works() { soon client "timeout -s KILL 5 touch $mount_point/load/probe"; }
recovered() { serves "$1" && client_works; }

declare -A boots=()
boot_of() { soon "$1" cat /proc/sys/kernel/random/boot_id; }
note_boots() {
  local server
  for server in "${servers[@]}"; do boots[$server]=$(wait_for 60 boot_of "$server" && boot_of "$server"); done
}
rebooted() { [[ $(boot_of "$1") != "${boots[$1]}" ]]; }
not_rebooted() { ! rebooted "$1"; }

# log_says SERVER PATTERN: the agent's journal of this server, of all boots.
log_says() { on "$1" "journalctl -u pnfs-ha-agent -o cat" | grep -qE "$2"; }
fencer_says() { on "$1" "journalctl -u pnfs-ha-fencer -o cat" | grep -qE "$2"; }

cut_if_on() { lab list | grep -qE "^$1 +off" || lab power-cut "$1"; }
power_on_if_off() { if lab list | grep -qE "^$1 +off"; then lab power-on "$1"; fi; }

# The agent's log on the serial console: the host sees each line within milliseconds.
log_to_console() {
  on "$1" 'systemd-run --quiet --collect sh -c "exec journalctl -f -n 0 -o cat -u pnfs-ha-agent >/dev/ttyS0"'
}
serial_log() { echo "$lab_dir/$1/serial.log"; }
declare -A serial_began=()
note_serial() {
  local guest
  for guest in "${servers[@]}" client client2; do serial_began[$guest]=$(stat -c %s "$(serial_log "$guest")"); done
}
serial_of() { tail -c +$((serial_began[$1] + 1)) "$(serial_log "$1")"; }

# cut_at SERVER SECONDS PATTERN COUNT [GUEST]: cuts its power as soon as COUNT lines with PATTERN are on its console, or on
# another guest's, and prints the last one that was there in the end.
cut_at() {
  local server=$1 end=$((SECONDS + $2)) console=${5:-$1} pid
  pid=$(cat "$(dirname "$(serial_log "$server")")/pid")
  until (($(serial_of "$console" | grep -cE "$3") >= $4)); do
    ((SECONDS < end)) || {
      problem "$console: '$3' did not come $4 times"
      break
    }
    sleep 0.01
  done
  # Not by the lab's verb, which first takes leave of ssh.
  kill -9 "$pid"
  while [[ -e /proc/$pid ]]; do sleep 0.02; done
  { serial_of "$console" | grep -E "$3" || echo nothing; } | tail -n 1 | tr -d '\r'
}

# main_pid SERVER UNIT; replaced SERVER UNIT PID: another process does its work.
main_pid() { soon "$1" systemctl show -P MainPID "$2"; }
replaced() {
  local now
  now=$(main_pid "$1" "$2") && [[ $now != 0 && $now != "$3" ]]
}
