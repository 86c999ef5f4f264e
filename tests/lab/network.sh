# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# One network namespace holds the whole lab: a bridge a network, a tap a guest and network. Sourced, never run.

# in_lab COMMAND...: runs it inside the namespace (lighter than `ip netns exec`, and /sys stays the host's).
in_lab() { nsenter --net="/run/netns/$netns" "$@"; }

network_exists() { [[ -e /run/netns/$netns ]]; }

make_network() {
  if network_exists; then
    refuse_another_lab
    return
  fi
  local network guest
  ip netns add "$netns"
  ip -n "$netns" link set lo up
  for network in "${networks[@]}"; do
    # With an address of its own: guests that are restored know the host's from before, and a bridge without one has that of
    # some tap, another each time. (Until a guest had noticed, ssh waited half a minute.)
    ip -n "$netns" link add "$network" address "$(host_mac "$network")" type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n "$netns" link set "$network" up
    for guest in "${guests[@]}"; do
      make_tap "$guest" "$network"
    done
  done
  ip -n "$netns" address add "${subnet[mgmt]}.1/24" dev mgmt
  ip -n "$netns" address add "${subnet[lan]}.1/24" dev lan
}

# Two labs with one namespace would take each other's taps.
refuse_another_lab() {
  local pid
  network_exists || return 0
  for pid in $(ip netns pids "$netns"); do
    ! grep -qzx 'qemu-system-x86_64' "/proc/$pid/cmdline" 2>/dev/null || grep -qzF "$lab_dir/" "/proc/$pid/cmdline" ||
      die "another checkout's lab runs in the network namespace $netns" \
        "PNFS_HA_LAB_NETNS=another-name for this one, or lab down, which ends that one"
  done
}

make_tap() {
  local tap
  tap=$(tap "$1" "$2")
  ip -n "$netns" tuntap add "$tap" mode tap
  ip -n "$netns" link set "$tap" master "$2" up
}

# Whatever runs in the namespace was started by the lab, also by one that crashed: this loses nothing and nobody.
remove_network() {
  network_exists || return 0
  local pids
  pids=$(ip netns pids "$netns")
  # shellcheck disable=SC2086 # a list of numbers
  [[ -z $pids ]] || kill -9 $pids 2>/dev/null || true
  ip netns delete "$netns"
}

# A test that cut a link must not leave that to the next one.
mend_all_links() {
  local guest network
  for guest in "${guests[@]}"; do
    for network in "${networks[@]}"; do
      ip -n "$netns" link set "$(tap "$guest" "$network")" up
    done
  done
}

links_down() {
  network_exists || return 0
  local network
  for network in "${networks[@]}"; do
    ip -n "$netns" link show dev "$(tap "$1" "$network")" 2>/dev/null | grep -q '[<,]UP[,>]' || echo "$network"
  done
}

# set_link GUEST NETWORK up|down|unplugged
#   down: the switch loses every packet and nobody is told; unplugged: the guest's card also loses its carrier.
set_link() {
  local guest=$1 network=$2 state=$3 tap
  tap=$(tap "$guest" "$network")
  case $state in
    up)
      ip -n "$netns" link set "$tap" up
      monitor "$guest" "set_link $network on"
      ;;
    down) ip -n "$netns" link set "$tap" down ;;
    unplugged)
      monitor "$guest" "set_link $network off"
      ip -n "$netns" link set "$tap" down
      ;;
    *) die "a link cannot be '$state'" "up, down or unplugged" ;;
  esac
}
