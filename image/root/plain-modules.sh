#!/usr/bin/env bash
# Unpacks the kernel modules of a root: loading a plain file is much faster than unpacking xz, above all under emulation,
# and the disk image is compressed as a whole anyway. Run by mmdebstrap with the root as its argument.
set -euo pipefail

root=$1
find "$root/usr/lib/modules" -name '*.ko.xz' -print0 | xargs -0 -r -n 64 -P "$(nproc)" xz -d
for version in "$root"/usr/lib/modules/*; do
  chroot "$root" depmod "$(basename "$version")"
done
