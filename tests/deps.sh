#!/usr/bin/env bash
# Installs the Debian packages that building and testing need, if some are missing.
set -euo pipefail

packages=(
  git make g++ cmake ninja-build pkg-config                                    # the build
  libcli11-dev libspdlog-dev libfmt-dev libtomlplusplus-dev nlohmann-json3-dev # its libraries
  libmount-dev libblkid-dev libsmartcols-dev libsystemd-dev libnftables-dev libsqlite3-dev libtirpc-dev xfslibs-dev libiscsi-dev
  libgtest-dev libgmock-dev bats patch xz-utils python3 cpio # the tests
  lintian                                                    # those of the packages
  dbus-daemon xfsprogs                                       # those of the real machine
  clang libclang-rt-dev                                      # the fuzzing
  clang-format clang-tidy shellcheck shfmt man-db codespell  # the linters
  mmdebstrap                                                 # the image
  iproute2 openssh-client socat jq util-linux                # the lab
)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
done
((${#missing[@]})) || exit 0

((EUID == 0)) || {
  echo "deps: these packages are missing: ${missing[*]}" >&2
  echo "  install them, or run make as root" >&2
  exit 1
}
echo "deps: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
