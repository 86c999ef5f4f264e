# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# The way into a guest: ssh over mgmt. Sourced, never run.

ssh_key() { echo "$src/build/lab/id_ed25519"; }

make_ssh_key() {
  [[ -e $(ssh_key) ]] || ssh-keygen -q -t ed25519 -N '' -C pnfs-ha-lab -f "$(ssh_key)"
}

# A shared connection carries the QEMU's pid in its name: none outlives a power cut or a restore.
ssh_options() {
  printf '%s\n' -F none -i "$(ssh_key)" -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR \
    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o GlobalKnownHostsFile=/dev/null \
    -o KexAlgorithms=curve25519-sha256 -o Ciphers=aes128-gcm@openssh.com,chacha20-poly1305@openssh.com \
    -o ConnectTimeout=5 -o ServerAliveInterval=3 -o ServerAliveCountMax=5 \
    -o ControlMaster=auto -o ControlPersist=10m -o "ControlPath=$(ssh_socket "$1")"
}

ssh_socket() { echo "$(guest_dir "$1")/ssh-$(guest_pid "$1")"; }

# guest_ssh GUEST [CMD...]
guest_ssh() {
  local guest=$1 options
  shift
  mapfile -t options < <(ssh_options "$guest")
  in_lab ssh "${options[@]}" "root@$(address "$guest" mgmt)" "$@"
}

# guest_put GUEST FILE... DESTINATION
guest_put() {
  local guest=$1 options
  shift
  (($# > 1)) || die "nothing to put" "lab put GUEST FILE... DESTINATION"
  mapfile -t options < <(ssh_options "$guest")
  in_lab scp -q -r "${options[@]}" "${@:1:$#-1}" "root@$(address "$guest" mgmt):${!#}"
}

close_ssh() {
  local socket
  for socket in "$(guest_dir "$1")"/ssh-*; do
    [[ -S $socket ]] || continue
    in_lab ssh -F none -o "ControlPath=$socket" -O exit "$1" 2>/dev/null || true
    rm -f "$socket"
  done
}

# wait_booted GUEST: until ssh answers, and then until systemd has nothing left to start.
wait_booted() {
  local guest=$1 state
  until guest_ssh "$guest" true 2>/dev/null; do
    is_running "$guest" || die "$guest: QEMU ended" "lab console $guest"
    ((SECONDS < boot_timeout)) || die "$guest: ssh does not answer after $boot_timeout s" "lab console $guest"
    sleep 0.5
  done
  say "$guest: ssh answers"
  require_right_clock "$guest"
  state=$(guest_ssh "$guest" timeout "$boot_timeout" systemctl is-system-running --wait) || true
  say "$guest: $state"
  [[ $state != degraded ]] || guest_ssh "$guest" systemctl --failed --no-legend --plain >&2
}

# require_right_clock GUEST: nothing in a cluster works if its clock does not run as the others'. How long the answer takes
# on a busy host says nothing about the clock.
require_right_clock() {
  local before there after
  before=$(lab_seconds)
  there=$(guest_ssh "$1" date +%s) || die "$1 does not tell its time" "lab console $1"
  after=$(lab_seconds)
  ((there > before - 10 && there < after + 10)) ||
    die "the clock of $1 shows $there, here it was between $before and $after" "lab down, then lab up; the host is overloaded"
}
