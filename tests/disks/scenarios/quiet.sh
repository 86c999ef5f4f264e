# shellcheck shell=bash disable=SC2034,SC2154
story="random writes, discards and snapshots on both clients, nobody dies: nobody is fenced, only parts of pages go through the server"
scenario() {
  local seconds=30 guest
  if [[ $given ]]; then seconds=$((given * 60)) seed=$RANDOM; fi
  make_disks
  note_clients
  watch_requests "${clients[@]}"
  use_disks
  sleep "$seconds"
  stop_disks
  for guest in "${clients[@]}"; do judge_requests "$guest"; done
  judge_noted_clients
  judge_fences
  judge_disks
}
