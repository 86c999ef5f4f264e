# shellcheck shell=bash disable=SC2154,SC2034 # variables of the scenario and of cluster.bash
# What every client must have seen, whatever the fault. Sourced, never run.

is_report() { [[ $report ]] && jq -e '.format' <<<"$report" >/dev/null 2>&1; }

judge() {
  is_report || {
    problem "the load left no report"
    return
  }
  require "the load is stuck" test "$(jq -r .stuck <<<"$report")" = false
  require "errors: $(first_error)" test "$(errors)" = 0
  require "lost blocks: $(lost_blocks)" test "$(lost_blocks)" = 0
  require "short files: $(short_files)" test "$(short_files)" = 0
  require "the lock is $(jq -r '.lock | "\(.state): \(.reason)"' <<<"$report")" test "$(jq -r .lock.state <<<"$report")" = held
  require "direct read of $(longest read) s" below "$(longest read)" "$direct_limit"
  require "direct write of $(longest write) s" below "$(longest write)" "$direct_limit"
  require "metadata operation of $(longest metadata) s" below "$(longest metadata)" "$metadata_limit"
  judge_contender
  judge_direct
  judge_roles
  on_limit=90 on client "pnfs-load verify $mount_point/load --journal /root/journal" >"$dir/verify" 2>&1 ||
    problem "verify: $(tail -n 1 "$dir/verify")"
}

first_error() { jq -r '[.classes[].errors.list[] | "\(.op): \(.error) \(.where)"] | "\(length), first \(.[0] // "-")"' <<<"$report"; }

# It never got the lock, it saw no error, and it did try.
judge_contender() {
  local got odd
  got=$(grep -c ' locked$' "$dir/tries") || true
  odd=$(grep -vE ' (locked|held by another)$' "$dir/tries" | head -n 1) || true
  require "client2 got the load's lock ($got times)" test "$got" = 0
  require "client2: $odd" test -z "$odd"
  require "client2 never tried to lock" grep -q held "$dir/tries"
}

# watch_direct: what the load did during the last seconds, by the client's counters.
watch_direct() {
  on client "pnfs-load mountstats --json $mount_point >/root/before; sleep 4
    pnfs-load mountstats --json $mount_point >/root/after; pnfs-load diff /root/before /root/after" >"$dir/direct" 2>&1 || true
}

judge_direct() {
  case $direct in
    whole) require "direct I/O stopped: $(jq -c '.direct | del(.layout)' <<<"$report")" \
      test "$(jq -r '"\(.direct.layout) \(.direct.direct_io)"' <<<"$report")" = "LAYOUT_SCSI true" ;;
    end) require "not direct at the end" test "$(jq -r '"\(.layout) \(.direct_io)"' "$dir/direct")" = "LAYOUT_SCSI true" ;;
    no) ;;
  esac
}

judge_roles() {
  case $active_at_end in
    either) require "neither server, or both, are active" one_active ;;
    *)
      require "$active_at_end is not active" serves "$active_at_end"
      require "$(other "$active_at_end") is not standby" stands_by "$(other "$active_at_end")"
      ;;
  esac
}

# stalled_until: how long after the fault the client's last metadata stall that began before the heal was over.
stalled_until() {
  jq --argjson injected "$injected" --argjson healed "$healed" '.started_unix as $begin
    | [.classes.metadata.stalls.list[] | select($begin + .start_s < $healed) | $begin + .start_s + .seconds - $injected]
    | max // 0 | if . < 0 then 0 else . end' <<<"$report"
}

write_result() {
  local seen='{}'
  if is_report; then
    seen=$(jq -c '{read_s: .classes.read.longest.seconds, write_s: .classes.write.longest.seconds,
      metadata_s: .classes.metadata.longest.seconds, machine_s: .machine.longest.seconds,
      errors: ([.classes[].errors.count] | add), repeated: ([.classes[].repeated] | add), stuck, lock: .lock.state,
      direct_throughout: .direct.direct_io}' <<<"$report")
    seen=$(jq -c ". + {lost: $(lost_blocks), short_files: $(short_files), recovered_s: $(stalled_until || echo null)}" <<<"$seen")
  fi
  jq -nc --arg fault "$name" --argjson seen "$seen" --arg healthy "$healthy" --argjson problems ${#problems[@]} \
    '{$fault} + $seen + {healthy_s: ($healthy | tonumber? // null), problems: $ARGS.positional[:$problems], notes: $ARGS.positional[$problems:]}' \
    --args "${problems[@]}" "${notes[@]}" >"$dir/result.json"
}
