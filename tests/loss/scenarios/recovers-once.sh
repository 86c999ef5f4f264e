# shellcheck shell=bash disable=SC2034,SC2154
story="the active dies under direct I/O of many threads: no client takes what it has reclaimed for lost and recovers a second time"
# A request that waited while its client recovered has the stateid of before. Told that it is bad, the client drains its session
# again, while its threads have their first layouts and ask for the device: one that has a layout and not yet asked hangs for ever.
scenario() {
  local guest before
  for guest in "${clients[@]}"; do
    trace_recovery "$guest"
    watch_requests "$guest"
    start_threads "$guest"
  done
  sleep 15
  for guest in "${clients[@]}"; do
    judge_direct "$guest"
    before+=" $guest $(tested_stateids "$guest")."
  done
  lab power-cut mds1
  wait_for 90 serves mds2 || problem "mds2 does not serve"
  for guest in "${clients[@]}"; do come_round "$guest"; done
  for guest in "${clients[@]}"; do
    [[ $before = *" $guest $(tested_stateids "$guest")."* ]] || problem "$guest recovered again: $(told_to_recover "$guest")"
  done
  nobody_was_fenced
}

# Each thread uses a file of its own that stays open, directly.
start_threads() {
  on "$1" 'cat >/root/threads' <<TEXT
for n in {1..24}; do
  (
    file=$mount_point/thread-\$HOSTNAME-\$n
    exec 3<>\$file
    while true; do
      tr '\0' A </dev/zero | dd of=\$file bs=64k count=4 iflag=fullblock oflag=direct conv=notrunc status=none
      fallocate -p -o 65536 -l 65536 \$file
      echo >>/root/rounds-\$n
    done
  ) &
done
wait
TEXT
  on "$1" "systemd-run --quiet --collect --unit=threads bash /root/threads"
}

# come_round GUEST: each of its threads.
come_round() {
  on "$1" 'rm -f /root/rounds-*'
  wait_for 120 on "$1" 'rounds=(/root/rounds-*); ((${#rounds[@]} == 24))' || problem "$1: a thread hangs"
}

# What it asks of stateids that it takes for lost (nfs41_open_expired()).
tested_stateids() { on "$1" "pnfs-load mountstats --json $mount_point" | jq .operations.TEST_STATEID; }

# What made it: RPCs by name and error.
trace_recovery() {
  on "$1" 'mount -t tracefs none /sys/kernel/tracing; cd /sys/kernel/tracing && echo 4096 >buffer_size_kb
    for one in events/nfs4/*/filter; do echo "error < 0" >$one || true; done 2>/dev/null
    echo 1 >events/nfs4/enable; echo 1 >tracing_on'
}
told_to_recover() {
  on "$1" 'cat /sys/kernel/tracing/trace' >"$dir/trace-$1"
  grep -oE 'nfs4_[a-z_]+: error=-[0-9]+ \([A-Z_]+' "$dir/trace-$1" | sort | uniq -c | sort -rn | head -n 5 | paste -sd';' | tr -s ' '
}
