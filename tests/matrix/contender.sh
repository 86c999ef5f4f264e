# shellcheck shell=bash disable=SC2154 # variables of the scenario
# Another client that tries all the time to lock what the load holds. Sourced, never run.

# start_contender: returns when it has been refused the lock.
start_contender() {
  local before
  before=$(refusals)
  lab put client2 "$here/contender" /root/
  on client2 "systemd-run --quiet --collect --unit=contender --property=KillSignal=SIGKILL --property=TimeoutStopSec=5 \
    /root/contender $mount_point/load/held.lock /root/tries"
  wait_for 20 refused_again "$before"
}

refusals() { on client2 'cat /root/tries 2>/dev/null | grep -c held || true'; }
refused_again() { (($(refusals) > $1)); }

# The load lets go of its lock when it ends: the contender ends first.
stop_contender() {
  on client2 systemctl stop contender || problem "client2: the contender cannot be stopped"
  on client2 cat /root/tries >"$dir/tries" || problem "client2 does not answer"
}

# It never got the lock, it saw no error, and it did try.
judge_contender() {
  local got odd
  got=$(grep -c ' locked$' "$dir/tries") || true
  odd=$(grep -vE ' (locked|held by another)$' "$dir/tries" | head -n 1) || true
  require "client2 got the load's lock ($got times)" test "$got" = 0
  require "client2: $odd" test -z "$odd"
  require "client2 never tried to lock" grep -q held "$dir/tries"
}
