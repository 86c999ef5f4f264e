#!/usr/bin/env bash
# Packs pnfs-ha for machines that are not the appliance: the Debian packages pnfs-ha, pnfs-ha-client (the clients' check)
# and pnfs-ha-nfsd-dkms, which builds the patched nfsd there. debian/ has what is in each, and what each does on a server.
#
#   image/deb.sh [DIRECTORY]   where they go; build unless given
#
# They come from the appliance's build root: on any machine they are made for Debian 13, as the appliance is.
# shellcheck source=image/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=/dev/null
for part in "$src"/image/stages/{1-tools,2-binary}.sh; do . "$part"; done
script=deb

(($# <= 1)) || die "unknown arguments: $*" "image/deb.sh [DIRECTORY]"
out=${1:-$build}

# changelog: the newest section of the project's, as Debian writes one. The packages' version and the time of their files are its.
changelog() {
  local changed
  changed=$(git -C "$src" log -1 --format=%ct 2>/dev/null || date +%s)
  printf 'pnfs-ha (%s) unstable; urgency=medium\n\n' "$version"
  sed '1,/^## /d' "$src/CHANGELOG.md" | sed -z 's/\n## .*//; s/\n  / /g' | fold -s -w 74 |
    sed '/^- /!s/^/    /; s/^- /  * /; s/ *$//; /^$/d'
  printf '\n -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' "$src/image/debian/control")" "$(date -R -d "@$changed")"
}

[[ $version ]] || die "CMakeLists.txt names no version" "restore its line project(pnfs-ha VERSION ...)"
need_root
only_one
umask 022
say "preparing the build tools"
make_tools
say "building the binary"
build_binary
rm -rf "$build/deb"
mkdir -p "$build/deb" "$out"
cp -r "$src/image/debian" "$build/deb/debian"
changelog >"$build/deb/debian/changelog"
say "packing"
quietly "$build/deb.log" in_tools sh -euc 'cd build/deb && debian/rules binary'
rm -f "$out"/pnfs-ha{,-client,-nfsd-dkms}_*.deb # of another version: apt would be given both
mv "$build"/deb/*.deb "$out"
say "done: $(cd "$out" && echo pnfs-ha*.deb)"
