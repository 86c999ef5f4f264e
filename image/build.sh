#!/usr/bin/env bash
# Builds the appliance: a bootable disk with a Debian server that has nothing but what pnfs-ha needs.
#
#   image/build.sh         build/image/pnfs-ha.raw, pnfs-ha.qcow2, vmlinuz, initrd, manifest.txt, build-info
#   image/build.sh --lab   the same, and lab.raw: the machine that plays the SAN and the clients in the lab
#   image/build.sh --lab --client-kernels
#                          the same, and lab-NAME.raw, vmlinuz-NAME and initrd-NAME: clients with other kernels
#
# The disk starts on any UEFI machine. What makes it this server (system.hostname, network.network.10-lan,
# ssh.authorized_keys.root, iscsi.portal, ...) comes by systemd credentials: from the virtual machine's host, or as files
# in the folder `credentials` of the disk's FAT partition. vmlinuz and initrd boot the same disk without its firmware.
#
# The stages are image/stages, in the order of their numbers. Beside them: packages/ (what each root gets), root/ (what each
# root goes without), initrd/, nfsd/ (the patches).
# Finished files replace the earlier ones at once: a machine started in the meantime sees the old or the new one.
# shellcheck source=image/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=image/stages/5-root.sh
. "$src/image/stages/5-root.sh"
# shellcheck source=image/stages/4-nfsd.sh
. "$src/image/stages/4-nfsd.sh"
# shellcheck source=image/stages/7-disk.sh
. "$src/image/stages/7-disk.sh"
# shellcheck source=image/stages/8-client-kernels.sh
. "$src/image/stages/8-client-kernels.sh"

out="$build/image"
work="$build/image.tmp"

# stage NAME COMMAND...: announces, runs and times one stage.
stage() {
  local began=$SECONDS
  say "$1"
  "${@:2}"
  printf '%3ds  %s\n' $((SECONDS - began)) "$1" >>"$work/build-info"
}

build_node() {
  stage "installing the packages of a server" package_root node
  stage "building the patched nfsd" build_nfsd "$packages_of"
  stage "laying out the server's root" appliance_root node
  stage "making the initrd" \
    quietly "$build/cache/initrd.log" "$src/image/stages/1-tools.sh" run image/initrd/make.sh build/image.tmp/node build/image.tmp/initrd
  stage "making the unified kernel image" make_uki
  stage "making the server's disk" make_disk node
  mv "$work/node.raw" "$work/pnfs-ha.raw"
  stage "compressing pnfs-ha.qcow2" make_qcow2 pnfs-ha
}

build_lab() {
  stage "installing the packages of the lab" package_root lab
  stage "laying out the lab's root" appliance_root lab
  stage "making the lab's disk" make_disk lab
}

# build_clients: clients of other ages, from the lab's root.
build_clients() {
  local name
  for name in "${client_kernels[@]}"; do
    stage "fetching the clients' kernel $name" client_kernel "$name"
    stage "making the disk of clients with the kernel $name" client_disk "$name"
    publish "lab-$name.raw" "vmlinuz-$name" "initrd-$name"
  done
}

# publish FILE...: moves finished files to build/image and notes their sizes on disk.
publish() {
  (cd "$work" && du -h -- "$@" >>build-info && mv -f -- "$@" "$out")
}

with_lab=false with_clients=false
case "$*" in
  '') ;;
  --lab) with_lab=true ;;
  '--lab --client-kernels') with_lab=true with_clients=true ;;
  *) die "unknown arguments: $*" "image/build.sh [--lab [--client-kernels]]" ;;
esac

need_root
only_one
rm -rf "$work"
mkdir -p "$out" "$work"
stage "preparing the build tools" "$src/image/stages/1-tools.sh"
stage "building the binary" build_binary
build_node
publish vmlinuz initrd pnfs-ha.raw pnfs-ha.qcow2 manifest.txt
if "$with_lab"; then
  build_lab
  publish lab.raw
fi
! "$with_clients" || build_clients
cp "$work/build-info" "$out/build-info"
rm -rf "$work"
say "done: build/image"
