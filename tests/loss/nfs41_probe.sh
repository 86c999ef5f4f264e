# shellcheck shell=bash disable=SC2154 # variables of loss and of the scenario
# Requests of pnfs-nfs41-probe, and what they must be answered. Sourced, never run.

block=4096

# write_unwritten DIRECTORY NAME...: scripts for files of 256 blocks that nobody has written.
write_unwritten() {
  local name
  for name in "${@:2}"; do
    printf '%s\n' "allocate 0 $((256 * block))" fsync 'wait /run/writers/end' >"$1/$name.script"
  done
}

# answers: lines of ANSWER | OWNER OPTION..., a request each for one block of the victim, the first unless told otherwise. All
# in one go: a grace period is short.
answers() {
  local wanted request answer
  cat >"$dir/requests"
  sed "s/.*| /pnfs-nfs41-probe $vip writers-both\/victim --length $block ${previous_start:+--start $previous_start} --owner /; s/\$/ 2>\&1/" "$dir/requests" |
    on client2 bash -s >"$dir/answers" || true
  paste -d'|' "$dir/requests" "$dir/answers" | while IFS='|' read -r wanted request answer; do
    read -r wanted <<<"$wanted"
    [[ $answer = "$wanted" ]] || problem "'${request# }' is answered '$answer', not '$wanted'"
  done
}
