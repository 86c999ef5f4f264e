#!/usr/bin/env bash
# shellcheck disable=SC2034 # those who source this use its variables
# What the image scripts share: where things are, how they report progress, how they fail, the one way they make a Debian
# root, and how they run a program in the one that builds. Sourced, never run.
#
#   PNFS_HA_MIRROR  a Debian mirror, with its component non-free-firmware, to use instead of the one mmdebstrap chooses
set -euo pipefail

src="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$src/build"
tools="$build/tools"
suite=trixie
version="$(sed -n 's/^project(pnfs-ha VERSION \([0-9.]*\).*/\1/p' "$src/CMakeLists.txt")"

# say WORDS: one progress line, with the seconds this script has been running.
say() { printf '%s: %ds %s\n' "${script:-image}" "$SECONDS" "$*" >&2; }

# die MESSAGE REMEDY: what could not be done, and what to do about it.
die() {
  printf '%s: %s\n  remedy: %s\n' "${script:-image}" "$1" "$2" >&2
  exit 1
}

# quietly LOG COMMAND...: runs the command with its output in LOG; shows the end of LOG if it fails.
quietly() {
  local log=$1 command="${*:2}"
  shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 </dev/null || {
    tail -n 25 "$log" >&2
    die "failed: ${command:0:120}" "the whole output is in $log"
  }
}

# stage WORDS COMMAND...: announces, runs and times one stage of build.sh.
stage() {
  local began=$SECONDS
  say "$1"
  "${@:2}"
  printf '%3ds  %s\n' $((SECONDS - began)) "$1" >>"$work/build-info"
}

# beside COMMAND COMMAND: both at once. If the first fails, the second goes on and keeps the next build waiting (only_one).
beside() {
  local other
  "$2" &
  other=$!
  "$1"
  wait "$other"
}

# publish FILE...: moves finished files to build/image and notes their sizes on disk. They replace the earlier ones at once: a
# machine started in the meantime sees the old or the new one.
publish() {
  (cd "$work" && du -h -- "$@" >>build-info && mv -f -- "$@" "$out")
}

need_root() { [[ $EUID = 0 ]] || die "this needs root (it unpacks packages and runs chroot)" "run it with sudo"; }

need_program() {
  command -v "$1" >/dev/null || die "the program $1 is missing" "apt-get install ${2:-$1}"
}

# only_one: waits until no other image script works in this checkout. Children inherit the lock.
only_one() {
  [[ -z ${PNFS_HA_IMAGE_LOCK:-} ]] || return 0
  mkdir -p "$build"
  exec {PNFS_HA_IMAGE_LOCK}>"$build/.image-lock"
  flock --nonblock "$PNFS_HA_IMAGE_LOCK" || {
    say "waiting for another image build in this checkout"
    flock "$PNFS_HA_IMAGE_LOCK"
  }
  export PNFS_HA_IMAGE_LOCK
}

# in_tools COMMAND...: runs it in build/tools, with the checkout at /src, which is its directory too. Nothing stays mounted:
# the mounts are in a namespace of their own. The host needs only mmdebstrap.
in_tools() {
  [[ -x $tools/usr/bin/env ]] || die "there is no build root in $tools" "image/build.sh"
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare --mount --propagation private sh -euc '
    tools=$1 src=$2
    shift 2
    mount --bind "$src" "$tools/src"
    mount --rbind /dev "$tools/dev"
    mount -t proc proc "$tools/proc"
    mount -t sysfs -o ro sys "$tools/sys"
    exec env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin \
      ${SOURCE_DATE_EPOCH:+"SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH"} \
      chroot "$tools" sh -c "cd /src && exec \"\$@\"" - "$@"
  ' - "$tools" "$src" "$@"
}

# words FILE...: what lists of "name name  # why" lines name, one a line.
words() { cat "$@" | sed 's/#.*//' | tr -s ' ' '\n' | sed '/^$/d' | sort -u; }

# packages FILE...: the same, comma separated, for mmdebstrap.
packages() { words "$@" | paste -sd,; }

# key FILE...: a short name for a root made from these files, by the function below and from the mirror in use.
key() { { cat "$@" && declare -f debian_root && echo "${PNFS_HA_MIRROR:-}"; } | sha256sum | cut -c1-12; }

# debian_root DIRECTORY PACKAGES [MMDEBSTRAP OPTION...]: unpacks and configures the packages in a new root. Downloaded
# packages stay in build/cache/apt, hard linked into each root that needs them.
debian_root() {
  local root=$1 list=$2 cache="$build/cache/apt"
  shift 2
  need_program mmdebstrap
  mkdir -p "$cache"
  local into="mkdir -p \"\$1/var/cache/apt/archives\" && find '$cache' -name '*.deb' -exec cp -l -t \"\$1/var/cache/apt/archives\" {} +"
  local back="find \"\$1/var/cache/apt/archives\" -name '*.deb' -exec cp -l -n -t '$cache' {} +"
  # INITRD=No: the kernel package must not make an initrd; the image has one of its own.
  INITRD=No quietly "$build/cache/$(basename "$root").log" \
    mmdebstrap --mode=root --variant=minbase --format=directory --include="$list" \
    --aptopt='Apt::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt=force-unsafe-io --dpkgopt="$src/image/root/dpkg.docs" \
    --skip=download/empty --skip=essential/unlink \
    --setup-hook="$into" --customize-hook="$back" "$@" \
    "$suite" "$root" ${PNFS_HA_MIRROR:+"$PNFS_HA_MIRROR"}
}
