# shellcheck shell=bash disable=SC2154 # variables of the scenario
# Virtual disks on both clients, and the verdict on them. Sourced, never run.

# disk GUEST VERB...: tests/disks/disk there.
disk() {
  local guest=$1
  shift
  on "$guest" "/root/disk $(printf '%q ' "$@")"
}
must() { "$@" || problem "$(printf '%s ' "$@")failed"; }

prepare_clients() {
  local guest
  enter "prepare the clients"
  for guest in "${clients[@]}"; do lab put "$guest" "$lab_root/tests/disks/disk" /root/; done
  note_conflicts
}

# commands GUEST NAME LINE...: qemu-io's, on the image and its shadow.
commands() { printf '%s\n' "${@:3}" | disk "$1" run "$2" >>"$dir/qemu-io" 2>&1 || problem "$1, $2: $(grep -i failed "$dir/qemu-io" | tail -n 1)"; }

disks_of() { echo "$1.qcow2 $1.raw"; }

# make_disks: one of each kind on each client, written to, so that both clients are registered.
make_disks() {
  local guest name
  prepare_clients
  for guest in "${clients[@]}"; do
    for name in $(disks_of "$guest"); do
      must disk "$guest" create "$name" 16M
      commands "$guest" "$name" 'write -P 1 0 1M' flush
    done
  done
}

use_disks() {
  local guest name next=$seed
  enter "use them, seed $seed"
  for guest in "${clients[@]}"; do
    for name in $(disks_of "$guest"); do disk "$guest" use "$name" $((next++)); done
  done
}

stop_disks() {
  local guest
  enter "stop using them"
  for guest in "${clients[@]}"; do
    on_limit=90 disk "$guest" stop >"$dir/$guest.errors" || problem "$guest: its disks do not stop"
    [[ ! -s $dir/$guest.errors ]] || problem "$guest: $(head -n 1 "$dir/$guest.errors")"
  done
}

judge_disks() {
  local guest name
  enter "judge the disks"
  for guest in "${clients[@]}"; do
    for name in $(disks_of "$guest"); do judge_disk "$guest" "$name"; done
  done
  note "$(on client 'cat /root/disks/*.batches' | wc -l) + $(on client2 'cat /root/disks/*.batches' | wc -l) batches"
}

# judge_disk GUEST NAME: in its own eyes, and in the other client's.
judge_disk() {
  local other
  other=$(other_client "$1")
  disk "$1" same "$2" >"$dir/$2.same" 2>&1 || problem "$2: $(tail -n 1 "$dir/$2.same")"
  [[ $(disk "$1" shadow "$2") = $(disk "$other" digest "$2") ]] || problem "$2 is another one for $other"
}

# judge_fences: nothing was refused to a client, and both are registered.
judge_fences() {
  local guest
  for guest in "${clients[@]}"; do
    [[ $(new_conflicts "$guest") = 0 ]] ||
      problem "$guest was fenced: $(on "$guest" "dmesg | grep -E '$refused' | tail -n 1")"
    is_registered "$guest" || problem "$guest has lost its registration"
  done
}

# carry_shadow NAME FROM TO [NEW-NAME]: what a guest must see goes with the disk.
carry_shadow() { on "$2" "cat /root/disks/$1" | on "$3" "mkdir -p /root/disks && cat >/root/disks/${4:-$1}"; }

# judge_fences_of GUEST: of a scenario that only one client takes part in.
judge_fences_of() {
  clients=("$1")
  judge_fences
}

# One that a client has open for writing all the time: nobody else may open it, whichever server is active.
hold_a_disk() {
  must disk client create held.qcow2 1M
  must disk client hold held.qcow2
}
still_held() { disk client2 refuses held.qcow2 || problem "client2 can open what client holds"; }

# hand_over FROM TO
hand_over() {
  enter "switchover to $2"
  on_limit=120 on "$1" pnfs-ha switchover >"$dir/switchover-$2" 2>&1 || problem "the switchover to $2 failed: $(tail -n 1 "$dir/switchover-$2")"
  wait_for 60 recovered "$2" || problem "$2 does not serve"
  still_held
}
