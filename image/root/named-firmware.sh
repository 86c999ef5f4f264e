#!/usr/bin/env bash
# Leaves a root the firmware that its kernel modules name, and no other. What is named and in no package is an error, unless
# firmware.absent has it. Run by mmdebstrap with the root as its argument.
set -euo pipefail

listed="$(dirname "${BASH_SOURCE[0]}")/firmware.absent"
cd "$1/usr/lib"
mv firmware firmware.all
mkdir firmware

# A name may be a pattern; the kernel reads compressed files too.
while read -r name; do
  found=false
  for file in firmware.all/$name{,.xz,.zst}; do
    [[ -f $file ]] || continue
    install -D -m 644 "$file" "firmware/${file#*/}"
    found=true
  done
  $found || echo "$name"
done < <(chroot "$1" find /usr/lib/modules -name '*.ko' -exec modinfo -F firmware {} + | sort -u) >firmware.missing

if sed 's/ *#.*//; /^$/d' "$listed" | grep -vxFf - firmware.missing; then
  echo "the modules name these files, which no package in image/packages/server has" >&2
  echo "  remedy: name the package there, or, if Debian has none, the file in ${listed##*/}" >&2
  exit 1
fi
rm -r firmware.all firmware.missing
