# shellcheck shell=bash disable=SC2154 # variables of loss and of the scenario
# Everything that clients do, for hours, and servers that come and go. Sourced, never run.

crashes=0 switchovers=0

# The load of the matrix beside the others: its short operations tell how long metadata was away.
start_everything() {
  start_exercisers
  make_disks
  use_disks
  start_load
}

# still_well: until the first problem, after which everything is to be left as it is.
still_well() { [[ ! -s $dir/problems ]]; }

# all_go_on: nothing that should run has ended.
all_go_on() {
  local guest
  for guest in "${clients[@]}"; do
    exercise_runs "$guest" || problem "$guest: the exerciser ended early"
    [[ $(on "$guest" 'systemctl list-units --no-legend "disk-*" | wc -l') = 2 ]] || problem "$guest: a disk's user ended early"
  done
  on client systemctl is-active --quiet load || problem "the load ended early"
}

# stay_quiet MINUTES: nobody's registration may come or go.
stay_quiet() {
  local minute
  note_clients
  for ((minute = 1; minute <= $1; ++minute)); do
    sleep 60
    all_go_on
    judge_noted_clients
    progress "quiet, minute $minute of $1"
    still_well || return 0
  done
}

# make_trouble MINUTES: what and when follows from the seed, but that both servers must be well again before the next move.
make_trouble() {
  local began move due end=$((SECONDS + $1 * 60))
  local moves=(switch_over switch_over crash_active crash_active crash_standby)
  still_well || return 0
  RANDOM=$seed
  due=$SECONDS
  while ((SECONDS < end)) && still_well; do
    roll 101 && due=$((due + 20 + rolled))
    roll ${#moves[@]} && move=${moves[rolled]}
    ((SECONDS >= due)) || sleep $((due - SECONDS))
    began=$SECONDS due=$SECONDS
    enter "$move"
    "$move"
    count "$move"
    all_go_on
    progress "$((crashes + switchovers)): $move, active is $(active_server), all well after $((SECONDS - began)) s, $((end > SECONDS ? (end - SECONDS) / 60 : 0)) minutes left"
  done
}

count() { if [[ $1 = switch_over ]]; then switchovers=$((switchovers + 1)); else crashes=$((crashes + 1)); fi; }

crash_active() {
  local active
  active=$(active_server)
  wait_for 90 may_crash "$active" || problem "$active does not outlast its minute"
  crash "$active"
}
crash_standby() { crash "$(other "$(active_server)")"; }

# crash SERVER: it boots at once, and must come back as a standby.
crash() {
  lab power-cut "$1"
  lab power-on "$1"
  wait_for 120 recovered "$(other "$1")" || problem "$(other "$1") does not serve after a crash of $1"
  wait_for 300 both_are_healthy || problem "$1 does not come back: $(why_unhealthy)"
}

stop_everything() {
  stop_load >"$dir/load.json"
  stop_disks
  stop_exercisers
}

judge_everything() {
  judge_load client "$dir/load.json" --forgive direct
  verify_load client load
  judge_disks
  judge_fences
  nobody_was_fenced
}

sum_up() {
  note_exercise
  note "$crashes crashes, $switchovers switchovers, longest metadata outage $(figure "$dir/load.figures" .metadata_s | xargs printf %.1f) s," \
    "$(figure "$dir/load.figures" .operations) operations of the load, $(cat "$dir"/fenced-* | wc -l) fences"
}
