# shellcheck shell=bash disable=SC2154 # variables of loss
# pnfs-load exercise on both clients, every byte against a model. Each has files of its own, or both the same. Sourced, never run.

# Stock clients lose what they write beside a commit that hangs in a crash (docs/safety.md): each write is committed.
exercise_options=(--files 4 --threads 2 --size-kib 512 --commit-each-write)

sharing= # files or ranges: both clients use the same files, under locks of these
share_exercise() { if ((seed % 2)); then sharing=files; else sharing=ranges; fi; }

# start_exercisers, stop_exercisers: on all clients. Both end at once: who waits for a lock gets it only when the other one rests.
start_exercisers() { for guest in "${clients[@]}"; do start_exercise "$guest"; done; }
stop_exercisers() {
  local guest
  for guest in "${clients[@]}"; do
    exercise_runs "$guest" || problem "$guest ended early: $(on "$guest" 'journalctl -u exercise -o cat | tail -n 3' | paste -sd';')"
    on "$guest" systemctl stop --no-block exercise || problem "$guest: cannot stop"
  done
  for guest in "${clients[@]}"; do wait_for_exercise "$guest"; done
}

# start_exercise GUEST: until stop_exercisers.
start_exercise() {
  local guest=$1
  on "$guest" "systemd-run --quiet --collect --unit=exercise --property=TimeoutStopSec=150 --property=KillMode=mixed \
    pnfs-load exercise $(exercise_of "$guest") --report /root/exercise.json"
  wait_for 30 on "$guest" "journalctl -u exercise -o cat | grep -q ^running" || problem "$guest does not begin"
}

# exercise_of GUEST: its directory and options.
exercise_of() {
  local own="$mount_point/exercise-$1"
  [[ ! $sharing ]] || own="$mount_point/exercise-shared --shared $sharing --client $(number_of "$1") --journal /root/exercise.journal"
  echo "$own --seed $seed ${exercise_options[*]}"
}
number_of() { if [[ $1 = client ]]; then echo 1; else echo 2; fi; }

# exercise_across_servers: a switchover, another one right after it, and a power cut, while the exercisers run.
exercise_across_servers() {
  start_exercisers
  sleep 5
  switch_over
  switch_over
  sleep 5
  lab power-cut mds1
  wait_for 90 serves mds2 || problem "mds2 does not serve"
  sleep 10
  stop_exercisers
}

# compare_journals: what each client knows of the shared files when both have ended, and what is in them.
compare_journals() {
  local guest
  for guest in "${clients[@]}"; do on "$guest" cat /root/exercise.journal >"$dir/journal-$guest"; done
  for guest in "${clients[@]}"; do
    lab put "$guest" "$dir/journal-$(other_client "$guest")" /root/partner.journal
    on "$guest" "pnfs-load exercise $(exercise_of "$guest") --partner-journal /root/partner.journal --operations 0" \
      >"$dir/compared-$guest" 2>&1 || problem "$guest, seed $seed: $(tail -n 3 "$dir/compared-$guest" | paste -sd';')"
  done
}

exercise_runs() { on "$1" systemctl is-active --quiet exercise; }

# wait_for_exercise GUEST: it reads every file once more; its report says the rest, but not where in the kernel what hangs is.
wait_for_exercise() {
  wait_for 60 exercise_has_ended "$1" || stacks_of_exercise "$1" >"$dir/stacks-$1"
  on_limit=200 on "$1" 'systemctl stop exercise; journalctl -u exercise -o cat' >"$dir/exercise-$1" 2>&1 || problem "$1: does not end"
  on "$1" cat /root/exercise.json >"$dir/exercise-$1.json" || problem "$1 left no report"
  judge_load "$1" "$dir/exercise-$1.json"
}

exercise_has_ended() { [[ $(on "$1" 'systemctl is-active exercise || true') != deactivating ]]; }
stacks_of_exercise() { on "$1" 'for task in $(printf "/proc/%s/task/* " $(pgrep -x pnfs-load)); do echo "$task" && cat "$task/stack"; done' || true; }

# note_exercise: what there was to get wrong. (The wait for a lock may be long: a client that is refused one asks again after up
# to 30 s, and the other may have it again by then.)
note_exercise() {
  note "seed $seed${sharing:+, shared $sharing}, $(jq -rs '"\(map(.actions) | add) actions, longest " +
    (max_by(.longest_s) | "\(.longest_s | round) s (\(.longest_op))")' "$dir"/exercise-*.figures)"
}

# nobody_was_fenced: neither by nfsd nor by the fencer, as far as the servers' journals of all boots know.
nobody_was_fenced() {
  local guest
  for guest in mds1 mds2; do
    on "$guest" 'journalctl -o cat | grep -E "NFSD: client .* fenced|fenced 0x" || true' >"$dir/fenced-$guest"
    [[ ! -s $dir/fenced-$guest ]] || problem "$guest: $(head -n 1 "$dir/fenced-$guest")"
  done
}
