# shellcheck shell=bash disable=SC2154 # variables of scale and of the scenario
# What the servers spend, and how long a takeover takes. Everything is kept in the scenario's figures. Sourced, never run.

# keep NAME JSON: a figure.
keep() {
  jq -c --arg name "$1" --argjson value "${2:-null}" '.[$name] = $value' "$dir/figures" >"$dir/figures.new" &&
    mv "$dir/figures.new" "$dir/figures"
}
kept() { jq -r "$@" "$dir/figures"; }

prepare_costs() {
  local server
  for server in "${servers[@]}"; do lab put "$server" "$here/costs" /root/; done
}

# measure NAME SECONDS SERVER...: seconds of processor in each minute, and MiB of memory, over that time.
measure() {
  local server
  enter "$1: measure for $2 s"
  for server in "${@:3}"; do on "$server" /root/costs now >"$dir/$1-$server.began"; done
  sleep "$2"
  for server in "${@:3}"; do on "$server" /root/costs now >"$dir/$1-$server.ended"; done
  for server in "${@:3}"; do sum_up_costs "$1" "$server"; done
}

sum_up_costs() { # NAME SERVER
  keep "$1_$2" "$(jq -c -n --slurpfile began "$dir/$1-$2.began" --slurpfile ended "$dir/$1-$2.ended" '
    $began[0] as $began | ($ended[0].time - $began.time) as $seconds
    | $ended[0] | del(.time) | with_entries(.key as $who | .value |= (
        {cpu_s_per_min: ((.cpu_s - ($began[$who].cpu_s // 0)) * 60 / $seconds * 100 | round / 100)} + del(.cpu_s)))')"
}

# note_costs NAME SERVER
note_costs() {
  note "$1, $2: $(kept ".$1_$2 | to_entries | map(\"\(.key) \(.value.cpu_s_per_min) s/min\" +
    if .value.rss_mib then \" \(.value.rss_mib) MiB\" else \"\" end) | join(\", \")")"
}

# grace_of FILE: seconds from nfsd's first thread until its grace period was over, of what `costs grace` wrote.
grace_of() { awk '$2 > 0 && !began { began = $1 } $2 > 0 && $3 == "Y" { printf "%.1f", $1 - began; exit }' "$1"; }

# crash: cuts mds1's power under the load of one client, and waits until mds2 serves. Sets $crashed, by client2's clock.
crash() {
  start_load
  on mds2 'systemd-run --quiet --collect --unit=grace --property=StandardOutput=file:/root/grace /root/costs grace'
  note_conflicts
  enter "power cut"
  # shellcheck disable=SC2034 # of judge_crowd
  crashed=$(on client2 date +%s.%N)
  lab power-cut mds1
  SECONDS=0
  wait_for 240 serves mds2 || problem "mds2 does not serve: $(why_unhealthy)"
  keep serves_s "$SECONDS"
  keep takeover_steps_s "$(status mds2 '[.steps[] | select(.sequence == "takeover" and .event == "done") | .seconds] | add')"
  on mds2 cat /root/grace >"$dir/grace"
  keep grace_s "$(grace_of "$dir/grace")"
}

# end_load: the longest operation is what a client saw of the takeover.
end_load() {
  wait_for 90 client_works || problem "client does not work after the takeover"
  sleep 4
  stop_load >"$dir/report.json"
  keep metadata_s "$(jq '.classes.metadata.longest.seconds' "$dir/report.json")"
  keep write_s "$(jq '.classes.write.longest.seconds' "$dir/report.json")"
  [[ $(jq '[.classes[].errors.count] | add' "$dir/report.json") = 0 ]] || problem "client saw errors: $(jq -c '.classes | map_values(.errors)' "$dir/report.json")"
  (($(kept '.metadata_s // 1000 | ceil') <= 90)) || problem "no metadata for $(kept .metadata_s) s"
  note "a metadata operation took $(kept .metadata_s) s, the takeover's steps $(kept .takeover_steps_s) s, grace $(kept .grace_s) s"
}

# list_registrations SERVER NAME: how long `reservation show` takes there, and how many registrations it shows, kept as NAME_...
list_registrations() {
  # shellcheck disable=SC2016 # the guest's
  on_limit=120 on "$1" 'began=$EPOCHREALTIME; pnfs-ha reservation show >/root/shown && echo "$began $EPOCHREALTIME" && wc -l </root/shown' >"$dir/$2-shown" ||
    problem "$1: reservation show: $(tail -n 1 "$dir/$2-shown")"
  keep "$2_show_s" "$(awk 'NR == 1 { printf "%.2f", $2 - $1 }' "$dir/$2-shown")"
  # The first line tells of the reservation.
  keep "$2_shown" "$(awk 'NR == 2 { print $1 - 1 }' "$dir/$2-shown")"
}

# no_conflicts: neither client was refused by the LUN.
no_conflicts() {
  local guest
  for guest in "${clients[@]}"; do [[ $(new_conflicts "$guest") = 0 ]] || problem "$guest met a reservation conflict"; done
}

# is_calm SERVER: nobody is left to be fenced.
is_calm() { state_of "$1" '.fencing.strangers == [] and (.fencing.keeps_blocks | not)'; }
