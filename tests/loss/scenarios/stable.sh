# shellcheck shell=bash disable=SC2034,SC2154
story="a client changes data, sizes and names in every way; the active's power is cut as soon as the last reply is there"
# The order is another one with each seed: it is the last operations that nothing flushes by accident.
scenario() {
  local line
  note_serial
  lab put client "$here/stable-operations" /root/
  on client "/root/stable-operations prepare $mount_point/stable /root/stable" || problem "the files could not be made"
  enter "change everything"
  in_background client "/root/stable-operations change $mount_point/stable /root/stable $seed >/root/stable.log 2>&1; echo stable-end >/dev/ttyS0"
  cut_at mds1 60 stable-end 1 client
  on client 'grep -q "^all done" /root/stable.log' || problem "an operation failed: $(on client 'tail -n 1 /root/stable.log')"
  await_recovery mds2 90
  enter judge
  on client '/root/stable-operations digest /root/stable' >"$dir/wanted"
  on client2 "echo 3 >/proc/sys/vm/drop_caches"
  lab put client2 "$here/stable-operations" /root/
  on client2 "/root/stable-operations digest $mount_point/stable" >"$dir/client2"
  lab put mds2 "$here/stable-operations" /root/
  # A server has no program that shows attributes.
  sed 's/, green$//' "$dir/wanted" >"$dir/wanted-server"
  cp "$dir/wanted" "$dir/wanted-client2"
  on mds2 "sync; bash /root/stable-operations digest \$(findmnt -n -o TARGET -t xfs)/export/stable" >"$dir/server"
  for line in client2 server; do
    diff "$dir/wanted-$line" "$dir/$line" >"$dir/differences-$line" ||
      problem "in the eyes of $line: $(grep '^[<>]' "$dir/differences-$line" | head -n 4 | paste -sd';')"
  done
  note "$(wc -l <"$dir/wanted") files and names as their replies said"
}
