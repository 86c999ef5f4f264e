# shellcheck shell=bash disable=SC2034,SC2154
story="a client reads, writes, punches and cuts the same files directly from several threads, across two switchovers: what it reads is what the server's map says"
# Blocks that are taken away beside a client's I/O must not stay in its extents: it would read by them what the file held
# before, and write into blocks that are another file's by now.
scenario() {
  local server
  watch_requests client
  on client "systemd-run --quiet --collect --unit=slots --property=TimeoutStopSec=150 \
    pnfs-load slots $mount_point/slots --report /root/slots.report --seed $seed"
  sleep 20
  judge_direct client
  switch_over
  switch_over
  sleep 10
  on_limit=200 on client 'systemctl stop slots; journalctl -u slots -o cat' >"$dir/slots" 2>&1 || problem "client cannot stop"
  note "$(grep '^seed ' "$dir/slots")"
  grep -q '^seed .*, 0 wrong$' "$dir/slots" || problem "client met what is wrong: $(head -n 3 "$dir/slots" | paste -sd';')"
  enter judge
  on client2 "cat >/root/slots.report; pnfs-load slots $mount_point/slots --report /root/slots.report --verify" \
    < <(on client cat /root/slots.report) >"$dir/verified" 2>&1 || problem "client2 reads something else: $(head -n 3 "$dir/verified" | paste -sd';')"
  server=$(active_server)
  on client cat /root/slots.report | sed 's/ 0$/ zero/; t; s/ [0-9]*$/ written/' >"$dir/expected"
  slots_in_the_map "$server" >"$dir/map"
  diff "$dir/expected" "$dir/map" >"$dir/differences" || problem "the server's map says something else: $(head -n 3 "$dir/differences" | paste -sd';')"
  nobody_was_fenced
}

# slots_in_the_map SERVER: "FILE SLOT written" if all of it is, "zero" if nothing, else how many blocks are.
slots_in_the_map() {
  local file
  for file in 0 1; do
    file_map "$1" "slots/slots-$file" |
      awk -v file=$file -v slots=32 -v blocks=16 '
        $1 ~ /^[0-9]+:$/ && $0 !~ /unwritten/ {
          for (block = $2 + 0; block <= $3 + 0; block++) written[int(block / blocks)]++
        }
        END {
          for (slot = 0; slot < slots; slot++)
            print file, slot, written[slot] == 0 ? "zero" : written[slot] == blocks ? "written" : written[slot]
        }'
  done
}
