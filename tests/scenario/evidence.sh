# shellcheck shell=bash
# What to keep of what failed. Sourced, never run.

# collect_evidence DIRECTORY: what each guest and its console say, now: GUEST.state, GUEST.journal, GUEST.serial.
collect_evidence() {
  local guest jobs=()
  mkdir -p "$1"
  for guest in san mds1 mds2 client client2; do
    [[ -e $lab_dir/$guest ]] || continue # not every lab has all
    evidence_of "$guest" "$1/$guest" &
    jobs+=($!)
  done
  wait "${jobs[@]}" || true
}

# evidence_of GUEST FILES: it may be off, or hang; a process of its own. (sysrq w: the stacks of all who wait, into the kernel's log.)
evidence_of() {
  local state
  set +e
  case $1 in
    san) state='cat /sys/kernel/config/target/core/iblock_0/lun/pr/res_*' ;;
    mds*) state='cat /run/pnfs-ha/status.json /proc/drbd; timeout 10 pnfs-ha status
      for client in /proc/fs/nfsd/clients/*; do cat "$client"/{info,states}; done' ;;
    client*) state='grep nfs4 /proc/mounts
      for p in $(pgrep -x "touch|pnfs-load|kworker.*"); do cat /proc/$p/comm /proc/$p/stack; done
      mount -t debugfs none /sys/kernel/debug; cat /sys/kernel/debug/sunrpc/rpc_clnt/*/tasks' ;;
  esac
  within 30 "$1" "uptime; echo w >/proc/sysrq-trigger; $state; true" >"$2.state" 2>&1 || does_not_answer "$1" >>"$2.state" 2>&1
  within 60 "$1" 'journalctl --no-hostname -o short-precise' >"$2.journal" 2>&1
  serial_of "$1" >"$2.serial"
}

# What a guest that ssh does not reach is at: its processor, three times.
does_not_answer() {
  for _ in 1 2 3; do
    lab monitor "$1" 'info status'
    lab monitor "$1" 'info registers' | grep -oE 'RIP=[0-9a-f]+|HLT=1' | paste -sd' '
  done | sed "s/^/$1 does not answer: /"
}
