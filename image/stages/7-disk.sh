#!/usr/bin/env bash
# shellcheck disable=SC2154 # the parts share their variables
# The disk: a GPT with a boot partition (FAT, one unified kernel image) and the root (ext4), written straight into a file:
# no loop device, no mount. Sourced by build.sh.

cmdline="root=PARTLABEL=pnfs-ha-root console=tty0 console=ttyS0,115200 panic=10 audit=0 apparmor=0"
esp_mib=256
root_mib=1780 # with the boot partition and the tables just below 2 GiB

# make_uki: kernel, initrd and command line in one program that the firmware starts.
make_uki() {
  quietly "$build/cache/uki.log" in_tools ukify build --linux=build/image.tmp/vmlinuz \
    --initrd=build/image.tmp/initrd --cmdline="$cmdline" --os-release="PRETTY_NAME=pnfs-ha $version" \
    --output=build/image.tmp/pnfs-ha.efi
}

# make_disk NAME: build/image.tmp/NAME.raw with the root image.tmp/NAME.
make_disk() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  quietly "$build/cache/disk-$1.log" in_tools sh -euc '
    root=$1 disk=$1.raw esp_mib=$2 root_mib=$3
    truncate --size=$((esp_mib + root_mib + 2))M "$disk"
    printf "%s\n" "label: gpt" \
      "start=1MiB, size=${esp_mib}MiB, type=uefi, name=pnfs-ha-esp" \
      "size=${root_mib}MiB, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, name=pnfs-ha-root" | sfdisk --quiet "$disk"

    mkfs.fat -F 32 -s 2 -n PNFS-HA --offset=2048 "$disk" $((esp_mib * 1024))
    export MTOOLS_SKIP_CHECK=1
    mmd -i "$disk@@1M" ::EFI ::EFI/BOOT ::credentials
    mcopy -i "$disk@@1M" build/image.tmp/pnfs-ha.efi ::EFI/BOOT/BOOTX64.EFI

    mke2fs -q -t ext4 -L pnfs-ha-root -m 1 -E offset=$(((esp_mib + 1) << 20)),lazy_itable_init=0 \
      -d "$root" "$disk" ${root_mib}M
  ' - "build/image.tmp/$1" "$esp_mib" "$root_mib"
}

# make_qcow2 NAME: the same disk, compressed, to be sent about.
make_qcow2() {
  quietly "$build/cache/qcow2.log" "$src/image/qemu.sh" qemu-img convert -c -o compression_type=zstd \
    -f raw -O qcow2 "$work/$1.raw" "$work/$1.qcow2"
}
