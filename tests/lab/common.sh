# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# What every part of the lab shares: where things are, how it speaks, how it fails. Sourced, never run.
#
#   PNFS_HA_LAB_TIMEOUT  seconds a guest may take to boot (600)
#   PNFS_HA_LAB_ACCEL    kvm or tcg, instead of finding out

src="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
images="$src/build/image"
netns="$lab_name"
boot_timeout="${PNFS_HA_LAB_TIMEOUT:-600}"

# say WORDS: one progress line, with the seconds this command has been running.
say() { printf 'lab: %3ds %s\n' "$SECONDS" "$*" >&2; }

# die MESSAGE REMEDY: what could not be done, and what to do about it.
die() {
  printf 'lab: %s\n  remedy: %s\n' "$1" "$2" >&2
  exit 1
}

# for_each FUNCTION GUEST...: runs FUNCTION for all these guests at once; fails if one of them failed.
for_each() {
  local function=$1 guest jobs=() status=0 job
  shift
  for guest in "$@"; do
    "$function" "$guest" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do
    wait "$job" || status=1
  done
  return "$status"
}

check_host() {
  local program
  [[ $EUID = 0 ]] || die "the lab needs root (it makes a network namespace)" "run it with sudo"
  for program in ip nsenter socat jq ssh; do
    command -v "$program" >/dev/null || die "the program $program is missing" \
      "apt-get install iproute2 util-linux socat jq openssh-client"
  done
  # A Unix socket's path has at most 107 characters.
  ((${#lab_dir} < 80)) || die "the path $lab_dir is too long for sockets" "use a checkout nearer to /"
}
