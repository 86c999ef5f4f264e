# shellcheck shell=bash disable=SC2034,SC2154 # variables of the scenario
# The lab's guests, one by one: a command there, its power, its boots, its processes. Sourced, never run.

servers=(mds1 mds2)
clients=(client client2)
other() { if [[ $1 = mds1 ]]; then echo mds2; else echo mds1; fi; }
other_client() { if [[ $1 = client ]]; then echo client2; else echo client; fi; }

# on GUEST COMMAND...: one that hangs must not stop the scenario. A shared connection to a guest that died hangs until
# ssh notices, 15 s later.
on() { within "${on_limit:-60}" "$@"; }
soon() { on_limit=6 on "$@"; }

# in_background GUEST COMMAND: for what ends the guest, and the ssh with it.
in_background() { on "$1" "systemd-run --quiet --on-active=100ms --timer-property=AccuracySec=10ms sh -c '$2'"; }

cut_if_on() { lab list | grep -qE "^$1 +off" || lab power-cut "$1"; }
power_on_if_off() { if lab list | grep -qE "^$1 +off"; then lab power-on "$1"; fi; }

declare -gA boots=()
boot_of() { soon "$1" cat /proc/sys/kernel/random/boot_id; }
note_boots() {
  local server
  for server in "${servers[@]}"; do boots[$server]=$(wait_for 60 boot_of "$server" && boot_of "$server"); done
}
rebooted() { [[ $(boot_of "$1") != "${boots[$1]}" ]]; }
not_rebooted() { ! rebooted "$1"; }

# main_pid SERVER UNIT; replaced SERVER UNIT PID: another process does its work.
main_pid() { soon "$1" systemctl show -P MainPID "$2"; }
replaced() {
  local now
  now=$(main_pid "$1" "$2") && [[ $now != 0 && $now != "$3" ]]
}
