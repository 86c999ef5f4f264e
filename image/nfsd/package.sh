#!/usr/bin/env bash
# Packs prepare and the patches for servers that are not the appliance: dkms builds nfsd.ko there, for each kernel that
# the server has.
#
#   image/nfsd/package.sh [DIRECTORY]   DIRECTORY/pnfs-ha-nfsd-dkms_VERSION_all.deb; DIRECTORY is build unless given
# shellcheck source=image/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
script=package

(($# <= 1)) || die "unknown arguments: $*" "image/nfsd/package.sh [DIRECTORY]"
out=${1:-$build}
package=pnfs-ha-nfsd-dkms
here="$src/image/nfsd"

# put MODE FILE...: into the package's directory $into, with the version filled in.
put() {
  local file
  mkdir -p "$into"
  for file in "${@:2}"; do
    sed "s/@VERSION@/$version/" "$file" >"$into/$(basename "$file")"
    chmod "$1" "$into/$(basename "$file")"
  done
}

need_program dpkg-deb dpkg
[[ $version ]] || die "CMakeLists.txt names no version" "restore its line project(pnfs-ha VERSION ...)"
umask 022
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

into="$root/usr/src/pnfs-ha-nfsd-$version" put 644 "$here/dkms.conf"
into="$root/usr/src/pnfs-ha-nfsd-$version/patches" put 644 "$here"/patches/*.patch
into="$root/usr/src/pnfs-ha-nfsd-$version" put 755 "$here/prepare"
into="$root/usr/share/doc/$package" put 644 "$here/debian/copyright"
into="$root/DEBIAN" put 644 "$here/debian/control"
into="$root/DEBIAN" put 755 "$here"/debian/{postinst,prerm}
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)

mkdir -p "$out"
quietly "$build/package.log" dpkg-deb --build --root-owner-group "$root" "$out/${package}_${version}_all.deb"
say "done: $out/${package}_${version}_all.deb"
