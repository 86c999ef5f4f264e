# shellcheck shell=bash disable=SC2154 # variables of the scenario
# What to keep of a fault that failed. Sourced, never run.

collect_evidence() {
  local server
  for server in "${servers[@]}"; do
    serial_of "$server" >"$dir/$server.serial"
    collect_from "$server" &
  done
  registrations >"$dir/registrations" 2>&1 &
  wait
}

# A server may be off, or hang.
collect_from() {
  on_limit=30 on "$1" 'sync; journalctl --no-hostname -o short-precise -u pnfs-ha-agent -u keepalived -u pnfs-ha-nfsdcld -u pnfs-ha-mountd' \
    >"$dir/$1.agent" 2>&1 || true
  on_limit=20 on "$1" 'journalctl --no-hostname -o short-precise -k' >"$dir/$1.kernel" 2>&1 || true
  on_limit=10 on "$1" pnfs-ha status --json >"$dir/$1.status" 2>&1 || true
}
