# shellcheck shell=bash disable=SC2034,SC2154
story="a client changes data, sizes and names in every way; the active's power is cut as soon as the last reply is there"
# The order is another one with each seed: it is the last operations that nothing flushes by accident.
scenario() {
  local console line
  note_serial
  lab put client "$here/stable-operations" /root/
  on client "/root/stable-operations prepare $mount_point/stable /root/stable" || problem "the files could not be made"
  console=$(serial_log mds1)
  enter "change everything"
  in_background client "/root/stable-operations change $mount_point/stable /root/stable $seed >/root/stable.log 2>&1; echo stable-end >/dev/ttyS0"
  kill_when_console_says client mds1 stable-end 60
  on client 'grep -q "^all done" /root/stable.log' || problem "an operation failed: $(on client 'tail -n 1 /root/stable.log')"
  enter "wait for recovery"
  wait_for 90 recovered mds2 || problem "mds2 does not serve"
  enter judge
  on client '/root/stable-operations digest /root/stable' >"$dir/wanted"
  on client2 "echo 3 >/proc/sys/vm/drop_caches"
  lab put client2 "$here/stable-operations" /root/
  on client2 "/root/stable-operations digest $mount_point/stable" >"$dir/client2"
  lab put mds2 "$here/stable-operations" /root/
  # A server has no program that shows attributes.
  sed 's/, green$//' "$dir/wanted" >"$dir/wanted-server"
  cp "$dir/wanted" "$dir/wanted-client2"
  on mds2 "sync; bash /root/stable-operations digest \$(findmnt -n -o TARGET -t xfs)/stable" >"$dir/server"
  for line in client2 server; do
    diff "$dir/wanted-$line" "$dir/$line" >"$dir/differences-$line" ||
      problem "in the eyes of $line: $(grep '^[<>]' "$dir/differences-$line" | head -n 4 | paste -sd';')"
  done
  echo "note: $(wc -l <"$dir/wanted") files and names as their replies said"
}

# kill_when_console_says GUEST VICTIM WORD SECONDS: within some ten milliseconds.
kill_when_console_says() {
  local end=$((SECONDS + $4)) pid
  pid=$(cat "$(dirname "$(serial_log "$2")")/pid")
  until serial_of "$1" | grep -q "$3"; do
    ((SECONDS < end)) || {
      problem "$1 did not say '$3'"
      break
    }
    sleep 0.01
  done
  kill -9 "$pid"
  while [[ -e /proc/$pid ]]; do sleep 0.02; done
  lab power-cut "$2" || true
}
