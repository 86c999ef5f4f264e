#!/usr/bin/env bash
# shellcheck disable=SC2154 # the parts share their variables
# Kernels of other ages for the lab's clients, as Debian 12 has it and as Debian 13's backports have it: packages that are
# unpacked and not installed, for the lab's root brings all else. Sourced by build.sh.

client_kernels=(6.1 backports)

# fetch_client_kernel NAME DIRECTORY: the kernel's package and, since apt insists, what it depends on.
fetch_client_kernel() {
  # shellcheck disable=SC2016 # expanded by mmdebstrap's shell
  local add='sed -n "s/ '"$suite"' / '"$suite"'-backports /p" "$1/etc/apt/sources.list" >"$1/etc/apt/sources.list.d/backports.list"'
  case $1 in
    6.1) suite=bookworm debian_root "$2" linux-image-amd64 --variant=extract ;;
    backports) debian_root "$2" "linux-image-amd64/$suite-backports" --variant=extract --setup-hook="$add" ;;
    *) die "there is no client kernel '$1'" "one of: ${client_kernels[*]}" ;;
  esac
}

# client_kernel NAME: sets kernel_of_client, a directory with vmlinuz and usr/lib/modules; made anew only if its recipe
# changed. The modules are plain files, as in the image (plain-modules.sh).
client_kernel() {
  local unpacked="$build/cache/client-kernel-$1.new" kept release
  kernel_of_client="$build/cache/client-kernel-$1-$(key "$src"/image/stages/8-client-kernels.sh)"
  [[ ! -d $kernel_of_client ]] || return 0
  rm -rf "$build/cache/client-kernel-$1"*
  fetch_client_kernel "$1" "$unpacked"
  kept="$kernel_of_client.new"
  mkdir -p "$kept/usr/lib"
  ln -s usr/lib "$kept/lib"
  # Debian 12 has them in /lib, which is a directory of its own in a root that is only unpacked. The backported package has the
  # kernel beside its modules.
  mv "$(find "$unpacked/lib/modules" "$unpacked/usr/lib/modules" -maxdepth 0 -not -empty 2>/dev/null | head -n 1)" "$kept/usr/lib/"
  cp "$(find "$unpacked/boot" "$kept/usr/lib/modules" -name 'vmlinuz*' -type f 2>/dev/null | head -n 1)" "$kept/vmlinuz"
  find "$kept/usr/lib/modules" -name '*.ko.xz' -print0 | xargs -0 -r -n 64 -P "$(nproc)" xz -d
  release=$(basename "$kept"/usr/lib/modules/*)
  quietly "$build/cache/depmod.log" in_tools depmod -b "${kept/#"$src"/\/src}" "$release"
  mv "$kept" "$kernel_of_client"
  rm -rf "$unpacked"
}

# client_disk NAME: lab-NAME.raw, the lab's disk with the modules of this kernel in place of its own; vmlinuz-NAME and initrd-NAME.
# Takes the lab's root for it.
client_disk() {
  mv "$work"/lab "$work/lab-$1"
  rm -r "$work/lab-$1/usr/lib/modules"
  cp -a --reflink=auto "$kernel_of_client/usr/lib/modules" "$work/lab-$1/usr/lib/"
  cp "$kernel_of_client/vmlinuz" "$work/vmlinuz-$1"
  make_initrd "lab-$1" "initrd-$1" modules.lab
  make_disk "lab-$1"
  mv "$work/lab-$1" "$work/lab"
}
