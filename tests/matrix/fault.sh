# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # what a fault's file sets, the scenario reads and calls
# What a fault is: a file in faults/, which says what differs from the defaults here; and its course. Sourced, never run.

defaults() {
  variant=$given    # inject finds it here
  quick_variants=() # of the variants, in the quick half; empty: all
  active_after=mds2 # who is active before the heal; or: either
  active_at_end=    # who is when all is healed, if that differs
  hold=0            # seconds that the fault lasts at least
  recover_limit=60  # seconds from the fault until a client's metadata operation works again
  healthy_limit=150 # seconds from the heal until both servers are healthy
  direct_limit=4    # seconds that a direct read or write may take; one that waits for a takeover takes longer
  metadata_limit=20 # seconds that a metadata operation may take
  direct=whole      # no READ or WRITE goes through the server during the whole run; or: no, some may
  time_limit=       # seconds for the whole scenario; else what the limits above add up to
  inject() { echo "the fault $1 does nothing" >&2 && return 1; }
  settled() { serves "$active_after"; }
  works_again() { settled && client_works; } # not only in the eyes of the servers
  heal() { :; }
  calm() { :; }  # while the load still runs, all healthy
  check() { :; } # what else must be so: the fault calls require
}

# Making ready, injecting, judging, evidence: 240 s at the worst.
limit_of() { echo "${time_limit:-$((hold + recover_limit + healthy_limit + 240))}"; }

scenario() {
  local injected healed healthy
  note_boots
  enter "start the load"
  start_load
  start_contender
  sleep 4

  enter inject
  injected=$(client_time)
  SECONDS=0
  inject "$name"

  enter "wait for recovery"
  wait_for "$recover_limit" works_again || problem "not served again after $recover_limit s"
  ((SECONDS >= hold)) || sleep $((hold - SECONDS))

  enter heal
  healed=$(client_time)
  SECONDS=0
  heal
  wait_for "$healthy_limit" both_are_healthy || problem "not healthy $healthy_limit s after the heal: $(why_unhealthy)"
  healthy=$SECONDS
  # A stall that began before is over then, and its length is known.
  wait_for 40 client_works || problem "the client still hangs when all should be well"
  calm

  enter "let it run"
  sleep 4
  stop_contender
  stop_load >"$dir/report.json"

  enter judge
  judge
  check
  keep_evidence
  enter "check the file system"
  require "xfs_repair finds errors" file_system_is_clean
}

client_time() { on client date +%s.%N; }

# What every client must have seen, whatever the fault. Reads $injected, $healed and $healthy.
judge() {
  local forgiven=()
  [[ $direct = whole ]] || forgiven=(--forgive direct)
  judge_load client "$dir/report.json" --direct-limit "$direct_limit" --metadata-limit "$metadata_limit" \
    --fault "$injected" "$healed" "${forgiven[@]}"
  jq -c --argjson healthy_s "$healthy" '{read_s, write_s, metadata_s, errors, recovered_s, $healthy_s}' "$dir/report.figures" >"$dir/figures"
  judge_contender
  judge_roles
  verify_load client load
}

judge_roles() {
  local active=${active_at_end:-$active_after}
  case $active in
    either) require "neither server, or both, are active" one_active ;;
    *)
      require "$active is not active" serves "$active"
      require "$(other "$active") is not standby" stands_by "$(other "$active")"
      ;;
  esac
}
