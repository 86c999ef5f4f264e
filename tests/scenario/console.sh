# shellcheck shell=bash disable=SC2154 # variables of the scenario
# The guests' serial consoles. Sourced, never run.

# The agent's log on the serial console: the host sees each line within milliseconds.
log_to_console() {
  on "$1" 'systemd-run --quiet --collect sh -c "exec journalctl -f -n 0 -o cat -u pnfs-ha-agent >/dev/ttyS0"'
}
serial_log() { echo "$lab_dir/$1/serial.log"; }
declare -gA serial_began=()

# note_serial; serial_of GUEST: what came since, or all.
note_serial() {
  local guest
  for guest in "${servers[@]}" "${clients[@]}"; do serial_began[$guest]=$(stat -c %s "$(serial_log "$guest")"); done
}
serial_of() { tail -c +$((${serial_began[$1]:-0} + 1)) "$(serial_log "$1")"; }

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
