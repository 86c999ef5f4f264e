# shellcheck shell=bash disable=SC2154 # variables of loss
# pnfs-load exercise on both clients, each with files of its own, every byte against a model. Sourced, never run.

# Stock clients lose what they write beside a commit that hangs in a crash (docs/safety.md): each write is committed.
exercise_options=(--files 4 --threads 2 --size-kib 512 --commit-each-write)

# start_exercisers, stop_exercisers: on all clients.
start_exercisers() { for guest in "${clients[@]}"; do start_exercise "$guest"; done; }
stop_exercisers() { for guest in "${clients[@]}"; do stop_exercise "$guest"; done; }

# start_exercise GUEST: until stop_exercise.
start_exercise() {
  local guest=$1
  on "$guest" "systemd-run --quiet --collect --unit=exercise --property=TimeoutStopSec=150 --property=KillMode=mixed \
    pnfs-load exercise $mount_point/exercise-$guest --seed $seed --report /root/exercise.json ${exercise_options[*]}"
  wait_for 30 on "$guest" "ls $mount_point/exercise-$guest | grep -q ." || problem "$guest does not begin"
}

exercise_runs() { on "$1" systemctl is-active --quiet exercise; }

# stop_exercise GUEST: it reads every file once more; its report says the rest.
stop_exercise() {
  exercise_runs "$1" || problem "$1 ended early: $(on "$1" 'journalctl -u exercise -o cat | tail -n 3' | paste -sd';')"
  on_limit=200 on "$1" 'systemctl stop exercise; journalctl -u exercise -o cat' >"$dir/exercise-$1" 2>&1 || problem "$1: cannot stop"
  on "$1" cat /root/exercise.json >"$dir/exercise-$1.json" || problem "$1 left no report"
  judge_exercise "$1"
}

judge_exercise() {
  jq -e .clean "$dir/exercise-$1.json" >/dev/null ||
    problem "$1, seed $seed: $(jq -c '{wrong: .wrong.count, errors: .errors.count, stuck, first: (.wrong.list + .errors.list)[0]}' \
      "$dir/exercise-$1.json" | cut -c1-300)"
}

# note_exercise: what there was to get wrong.
note_exercise() {
  echo "note: seed $seed, $(jq -s 'map(.actions | add) | add' "$dir"/exercise-*.json) actions, longest $(jq -s 'map(.longest.seconds) | max | round' "$dir"/exercise-*.json) s"
}

# nobody_was_fenced: neither by nfsd nor by the fencer.
nobody_was_fenced() {
  local guest
  for guest in mds1 mds2; do
    on "$guest" 'journalctl -b -o cat | grep -E "NFSD: client .* fenced|fenced 0x" || true' >"$dir/fenced-$guest"
    [[ ! -s $dir/fenced-$guest ]] || problem "$guest: $(head -n 1 "$dir/fenced-$guest")"
  done
}

# switch_over: to the other server, which then serves while the former one stands by.
switch_over() {
  local from to
  from=$(active_server)
  to=$(other "$from")
  on_limit=90 on "$from" pnfs-ha switchover >>"$dir/switchovers" 2>&1 || problem "$from does not switch over: $(tail -n 1 "$dir/switchovers")"
  wait_for 60 serves "$to" || problem "$to does not serve after a switchover"
  wait_for 60 both_are_healthy || problem "not healthy after a switchover: $(why_unhealthy)"
}
