# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# The lab's time: the host's, less what passed while all guests stood still. Guests that were restored live in the past;
# one that boots later must wake there too, or nfsd's start times, which order the clients' keys, run backwards. Sourced.

lag_file() { echo "$lab_dir/lag"; }

lag() { cat "$(lag_file)" 2>/dev/null || echo 0; }

lab_seconds() { echo $(($(date +%s) - $(lag))); }

# As QEMU's -rtc base= wants it.
lab_time() { date -u -d "@$(lab_seconds)" +%Y-%m-%dT%H:%M:%S; }

# go_back_to SECONDS: what lab_seconds showed at the save.
go_back_to() { echo $(($(date +%s) - $1)) >"$(lag_file)"; }
