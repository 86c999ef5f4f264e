#!/usr/bin/env bash
# shellcheck disable=SC2154 # the parts share their variables
# The roots with all packages of a server and of the lab, kept between builds. Sourced by build.sh.

declare -A package_lists=([server]="$src/image/packages/server"
  [lab]="$src/image/packages/server $src/image/packages/lab")

# package_root NAME: sets packages_of, that root in build/cache; made anew only if its recipe changed.
package_root() {
  local name=$1 recipe lists
  read -ra lists <<<"${package_lists[$name]}"
  recipe=$(key "${lists[@]}" "$src"/image/root/{dpkg.docs,dpkg.server,plain-modules.sh,named-firmware.sh,firmware.absent})
  packages_of="$build/cache/root-$name-$recipe"
  [[ ! -d $packages_of ]] || return 0
  rm -rf "$build/cache/root-$name"*
  (debian_root "$build/cache/root-$name.new" "$(packages "${lists[@]}")" --components=main,non-free-firmware \
    --dpkgopt="$src/image/root/dpkg.server" --customize-hook="$src/image/root/plain-modules.sh \"\$1\"" \
    --customize-hook="$src/image/root/named-firmware.sh \"\$1\"") ||
    die "there is no root with the packages of a $name" \
      "see above; without firmware-bnx2 and others, PNFS_HA_MIRROR needs Debian's component non-free-firmware"
  mv "$build/cache/root-$name.new" "$packages_of"
}
