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
# The stages are in stages/, numbered in their order. Beside them: packages/ (what each root gets), root/ (what each root goes
# without), initrd/, nfsd/ (the patches).
# shellcheck source=image/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=/dev/null
for part in "$src"/image/stages/*.sh; do . "$part"; done

out="$build/image"
work="$build/image.tmp"

# What the network has to bring comes while the compiler is at work; the stages below then find it.
fetch_packages() {
  package_root server
  fetch_kernel "$packages_of"
  ! "$with_lab" || package_root lab
}

build_server() {
  stage "installing the packages of a server" package_root server
  stage "building the patched nfsd" build_nfsd "$packages_of"
  stage "laying out the server's root" appliance_root server
  stage "making the initrd" make_initrd server initrd
  stage "making the unified kernel image" make_uki
  stage "making the server's disk" make_disk server
  mv "$work/server.raw" "$work/pnfs-ha.raw"
  stage "compressing pnfs-ha.qcow2" make_qcow2 pnfs-ha
  publish vmlinuz initrd pnfs-ha.raw pnfs-ha.qcow2 manifest.txt
}

build_lab() {
  stage "installing the packages of the lab" package_root lab
  stage "laying out the lab's root" appliance_root lab
  stage "making the lab's disk" make_disk lab
  publish lab.raw
}

# Clients with other kernels, from the lab's root.
build_clients() {
  local name
  for name in "${client_kernels[@]}"; do
    stage "fetching the clients' kernel $name" client_kernel "$name"
    stage "making the disk of clients with the kernel $name" client_disk "$name"
    publish "lab-$name.raw" "vmlinuz-$name" "initrd-$name"
  done
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
stage "preparing the build tools" make_tools
stage "building the binary, fetching packages beside it" beside build_binary fetch_packages
build_server
! "$with_lab" || build_lab
! "$with_clients" || build_clients
cp "$work/build-info" "$out/build-info"
rm -rf "$work"
say "done: build/image"
