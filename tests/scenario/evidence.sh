# shellcheck shell=bash disable=SC2154 # variables of the scenario
# What to keep of a fault that failed. Sourced, never run.

collect_evidence() {
  local server guest
  for server in "${servers[@]}"; do
    collect_from "$server" &
  done
  for guest in client client2; do
    collect_from_client "$guest" &
  done
  registrations >"$dir/registrations" 2>&1 &
  wait
  for guest in "${!serial_began[@]}"; do serial_of "$guest" >"$dir/$guest.serial"; done
}

# A guest may be off, or hang.
collect_from() {
  # sysrq w: the stacks of all who wait, into the kernel's log.
  on_limit=20 on "$1" 'echo w >/proc/sysrq-trigger; for client in /proc/fs/nfsd/clients/*; do cat "$client"/info "$client"/states; done' \
    >"$dir/$1.nfsd" 2>&1 || true
  on_limit=30 on "$1" 'sync; journalctl --no-hostname -o short-precise -u pnfs-ha-agent -u keepalived -u pnfs-ha-fencer -u pnfs-ha-nfsdcld -u pnfs-ha-mountd' \
    >"$dir/$1.agent" 2>&1 || true
  on_limit=20 on "$1" 'journalctl --no-hostname -o short-precise -k' >"$dir/$1.kernel" 2>&1 || true
  on_limit=10 on "$1" pnfs-ha status --json >"$dir/$1.status" 2>&1 || true
}

collect_from_client() {
  on_limit=30 on "$1" 'uptime; echo w >/proc/sysrq-trigger; grep nfs4 /proc/mounts; for p in $(pgrep -x "touch|pnfs-load|kworker.*"); do
      cat /proc/$p/comm /proc/$p/stack; done
    mount -t debugfs none /sys/kernel/debug; cat /sys/kernel/debug/sunrpc/rpc_clnt/*/tasks
    journalctl --no-hostname -o short-precise -u load -u contender; journalctl --no-hostname -o short-precise -k' \
    >"$dir/$1.log" 2>&1 || true
}
