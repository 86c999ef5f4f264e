#!/usr/bin/env bash
# The initrd: busybox, init, and the modules named in modules with what they depend on, firmware too. Small, because its
# size is boot time, and not compressed: unpacking costs more than reading. Run inside the build tools by
# stages/6-initrd.sh.
#
#   image/initrd/make.sh ROOT FILE [LIST]    with the modules of ROOT's kernel; LIST is modules unless named
set -euo pipefail

root=$1 file=$2 list=${3:-modules}
here="$(dirname "${BASH_SOURCE[0]}")"
kernel=$(basename "$root"/usr/lib/modules/*)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

mkdir -p "$tree"/{bin,dev,esp,proc,root,run,sys,usr}
ln -s usr/lib "$tree/lib" && ln -s bin "$tree/sbin" # the kernel itself runs /sbin/modprobe
cp /usr/bin/busybox "$tree/bin/busybox"
busybox --list | grep -v '^busybox$' | while read -r applet; do ln -s busybox "$tree/bin/$applet"; done
install -m 755 "$here/init" "$tree/init"

sed 's/#.*//' "$here/$list" | xargs -n 1 modprobe --dirname "$root" --set-version "$kernel" --show-depends |
  sed -n "s,^insmod $(realpath "$root")/\(lib\|usr/lib\),usr/lib,p" | tr -d ' ' | sort -u >"$tree/list"
firmware() { xargs modinfo -F firmware | sort -u | while read -r name; do find usr/lib/firmware -path "usr/lib/firmware/$name"; done; }
(cd "$root" && { cat "$tree/list" && firmware <"$tree/list"; } | cpio --quiet -pdm "$tree")
rm "$tree/list"
cp "$root/usr/lib/modules/$kernel"/modules.{builtin,order} "$tree/usr/lib/modules/$kernel/"
depmod -b "$tree" "$kernel"

cd "$tree"
find . -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +
find . -print0 | sort -z | cpio --quiet -0 -o -H newc --reproducible --owner=0:0 >"$OLDPWD/$file"
