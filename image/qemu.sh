#!/usr/bin/env bash
# Runs QEMU's programs: the host's if it is new enough, otherwise the ones in build/tools, through that root's own loader,
# so that they work on an older host, without chroot and inside any network namespace.
#
#   image/qemu.sh qemu-system-x86_64 ARGUMENT...
#   image/qemu.sh qemu-img ARGUMENT...
#   image/qemu.sh --firmware     the directory that holds OVMF_CODE_4M.fd and OVMF_VARS_4M.fd
#
# QEMU older than 9 makes Debian 13's kernel panic now and then under emulation.
set -euo pipefail

tools="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/tools"
share="$tools/usr/share"
libraries="$tools/usr/lib/x86_64-linux-gnu"

host_is_new_enough() {
  local version
  version=$(qemu-system-x86_64 --version 2>/dev/null | sed -n 's/.*version \([0-9]*\).*/\1/p;q')
  [[ ${version:-0} -ge 9 ]]
}

program=${1:?a program, for example qemu-system-x86_64}
shift
if [[ $program = --firmware ]]; then
  if [[ -e /usr/share/OVMF/OVMF_CODE_4M.fd ]]; then echo /usr/share/OVMF; else echo "$share/OVMF"; fi
  exit
fi
if host_is_new_enough; then exec "$program" "$@"; fi
if [[ ! -x $tools/usr/bin/$program ]]; then
  echo "qemu: $program is not in $tools" >&2
  echo "  remedy: image/build.sh, or install QEMU 9 or later" >&2
  exit 1
fi

roms=()
[[ $program != qemu-system-* ]] || roms=(-L "$share/qemu" -L "$share/seabios" -L "$tools/usr/lib/ipxe/qemu")
export QEMU_MODULE_DIR="$libraries/qemu"
exec "$tools/lib64/ld-linux-x86-64.so.2" --library-path "$libraries" --argv0 "$program" \
  "$tools/usr/bin/$program" "${roms[@]}" "$@"
