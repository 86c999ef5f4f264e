#!/usr/bin/env bash
# shellcheck disable=SC2154 # the parts share their variables
# pnfs-ha and the lab's programs, built in build/trixie as `make release` would on Debian 13. Sourced by build.sh.

# Debian 13's compiler is the same for everybody who builds the image: a warning of it is an error.
build_binary() {
  quietly "$build/cache/binary.log" in_tools sh -euc '
    cmake -S /src -B /src/build/trixie -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF -DPNFS_HA_LAB=ON \
      -DCMAKE_INSTALL_PREFIX=/usr -DPNFS_HA_WARNINGS_ARE_ERRORS=ON
    cmake --build /src/build/trixie'
}

# install_binary NAME: the lab's programs are the install component "lab"; a server has none of them.
install_binary() {
  local only=(--component Unspecified)
  [[ $1 = server ]] || only=()
  quietly "$build/cache/install.log" in_tools \
    env DESTDIR="/src/build/image.tmp/$1" cmake --install /src/build/trixie --strip "${only[@]}"
}
