# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # what a fault's file sets, the scenario reads and calls
# What a fault is: a file in faults/, which says what differs from the defaults here. Sourced, never run.
#
# Every scenario begins with mds1 active and mds2 standby, both healthy.

# load_fault NAME[:VARIANT]
load_fault() {
  story=            # one sentence
  quick=no          # in the quick half?
  variants=('')     # each is a run of its own; inject finds it in $variant
  quick_variants=() # of these, in the quick half; empty: all
  active_after=mds2 # who is active before the heal; or: either
  active_at_end=    # who is when all is healed, if that differs
  hold=0            # seconds that the fault lasts at least
  recover_limit=60  # seconds from the fault until a client's metadata operation works again
  healthy_limit=150 # seconds from the heal until both servers are healthy
  direct_limit=2    # seconds that a direct read or write may take
  metadata_limit=20 # seconds that a metadata operation may take
  direct=whole      # no READ or WRITE through the server during the whole run; end: at the end; no: not even then
  time_limit=       # seconds for the whole scenario; else what the limits above add up to
  inject() { echo "the fault $1 does nothing" >&2 && return 1; }
  settled() { serves "$active_after"; }
  heal() { :; }
  calm() { :; }  # while the load still runs, all healthy
  check() { :; } # what else must be so: the fault calls require
  local name=${1%%:*} file
  variant=${1#"$name"} variant=${variant#:}
  file="$(dirname "${BASH_SOURCE[0]}")/faults/$name.sh"
  [[ -e $file ]] || {
    echo "there is no fault named '$name'; see tests/matrix/matrix --list" >&2
    return 1
  }
  # shellcheck disable=SC1090 # chosen by name
  . "$file"
  active_at_end=${active_at_end:-$active_after}
  # Making ready, injecting, judging, evidence: 240 s at the worst.
  time_limit=${time_limit:-$((hold + recover_limit + healthy_limit + 240))}
}
