#!/usr/bin/env bash
# shellcheck disable=SC2154 # the parts share their variables
# The appliance's nfsd.ko: Debian's own source with the patches of image/nfsd, built against the headers of the very kernel
# that the image has. Sourced by build.sh.

# kernel_of ROOT: the version of its only kernel, as the modules have it and as the package has it.
kernel_of() {
  local packages
  # shellcheck disable=SC2016 # dpkg-query's own format
  packages=$(dpkg-query --admindir="$1/var/lib/dpkg" -W -f '${db:Status-Abbrev}${Package} ${Version}\n' 'linux-image-[0-9]*' |
    sed -n 's/^ii  *linux-image-//p')
  [[ $packages && $packages != *$'\n'* ]] ||
    die "the image must have exactly one kernel and has: ${packages:-none}" "rm -rf build/cache/root-*"
  echo "$packages"
}

# nfsd_of ROOT: sets kernel and version, those of ROOT's kernel, and nfsd_module, where the module for it is kept.
nfsd_of() {
  local key
  read -r kernel version < <(kernel_of "$1")
  key=$({ echo "$version" && cat "$src"/image/stages/4-nfsd.sh "$src"/image/nfsd/prepare "$src"/image/nfsd/patches/*; } | sha256sum | cut -c1-12)
  nfsd_module="$build/cache/nfsd-$key.ko"
}

# fetch_kernel ROOT: what build_nfsd will need, if it has to build.
fetch_kernel() {
  local kernel version
  nfsd_of "$1"
  [[ -e $nfsd_module ]] || kernel_root "$kernel" "$version"
}

# build_nfsd ROOT: sets nfsd_module, the module for the kernel of ROOT; made anew only if kernel or patch changed.
build_nfsd() {
  local kernel version built stock="$1/usr/lib/modules"
  nfsd_of "$1"
  [[ ! -e $nfsd_module ]] || return 0
  kernel_root "$kernel" "$version"
  rm -rf "$kernel_tree/src"
  mkdir -p "$kernel_tree/src"
  cp -r "$src"/image/nfsd/{prepare,patches} "$kernel_tree/src"
  quietly "$build/cache/nfsd.log" env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 chroot "$kernel_tree" sh -euc '
    /src/prepare /usr/src/linux-source-*.tar.xz "$1" /src/linux
    make -j"$(nproc)" -C "/lib/modules/$1/build" M=/src/linux/fs/nfsd CC=gcc-14 CONFIG_NFSD=m modules
    strip --strip-debug /src/linux/fs/nfsd/nfsd.ko' - "$kernel"
  built="$kernel_tree/src/linux/fs/nfsd/nfsd.ko"
  require_fit "$built" "$stock/$kernel/kernel/fs/nfsd/nfsd.ko"
  rm -f "$build"/cache/nfsd-*.ko
  mv "$built" "$nfsd_module"
}

# kernel_root KERNEL VERSION: sets kernel_tree, a root with that kernel's headers, source and compiler.
kernel_root() {
  local list release
  release=$(cut -d. -f-2 <<<"$1")
  list="linux-headers-$1=$2 linux-source-$release=$2 gcc-14 make libc6-dev patch xz-utils binutils"
  kernel_tree="$build/cache/root-kernel-$2"
  [[ ! -d $kernel_tree ]] || return 0
  rm -rf "$build"/cache/root-kernel-*
  say "fetching the headers and the source of Linux $2"
  debian_root "$kernel_tree.new" "${list// /,}"
  mv "$kernel_tree.new" "$kernel_tree"
}

# require_fit OURS STOCK: the kernel loads ours wherever it loads its own.
require_fit() {
  local remedy="rm -rf build/cache/root-*, so that kernel, headers and source are fetched together" odd
  [[ $(about -F vermagic "$1") = "$(about -F vermagic "$2")" ]] ||
    die "nfsd.ko is built for '$(about -F vermagic "$1")', the image's kernel is '$(about -F vermagic "$2")'" "$remedy"
  symbols_of "$1" >"$1.symbols"
  symbols_of "$2" >"$1.stock-symbols"
  [[ -s $1.symbols && -s $1.stock-symbols ]] || die "nfsd.ko tells no symbol versions" "see build/cache/nfsd.log"
  odd=$(join "$1.symbols" "$1.stock-symbols" | awk '$2 != $3 { print $1 }')
  [[ ! $odd ]] || die "nfsd.ko needs other versions of the kernel's symbols: ${odd//$'\n'/ }" "$remedy"
}

about() { in_tools modinfo "${@:1:$#-1}" "${!#/#"$src"/\/src}"; }
symbols_of() { in_tools modprobe --dump-modversions "${1/#"$src"/\/src}" | awk '{ print $2, $1 }' | sort; }

# install_nfsd ROOT: beside Debian's own, which it precedes (depmod.d(5): updates come first).
install_nfsd() {
  local kernel
  read -r kernel _ < <(kernel_of "$1")
  install -D -m 644 "$nfsd_module" "$1/usr/lib/modules/$kernel/updates/pnfs-ha/nfsd.ko"
  chroot "$1" depmod "$kernel"
  [[ $(chroot "$1" modinfo -k "$kernel" -F filename nfsd) = */updates/pnfs-ha/nfsd.ko ]] ||
    die "the image would load $(chroot "$1" modinfo -k "$kernel" -F filename nfsd)" "see depmod.d(5)"
}
