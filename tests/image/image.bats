#!/usr/bin/env bats
# shellcheck disable=SC2016 # scripts that the image's own bash runs
# What the appliance's disk holds, without starting it.

bats_require_minimum_version 1.5.0

setup() {
  top=$(realpath "$BATS_TEST_DIRNAME/../..")
  images=$top/build/image
  cd "$BATS_TEST_TMPDIR" || return
}

# in_image SCRIPT: runs it in the root that is on the disk, which stays as it is. Its /tmp is the test's directory.
in_image() {
  local start
  start=$(partx -g -o START,NAME "$images/pnfs-ha.raw" | awk '$2 == "pnfs-ha-root" { print $1 }')
  unshare --mount --propagation private bash -euc '
    mount -t ext4 -o "ro,noload,loop,offset=$(($2 * 512))" "$1" /mnt
    mount --rbind /dev /mnt/dev
    mount --bind . /mnt/tmp
    chroot /mnt env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 bash -euo pipefail -c "$3"
  ' - "$images/pnfs-ha.raw" "$start" "$1"
}

# Of the root $root: what its modules name and it does not have. A name may be a pattern; the kernel reads compressed files too.
missing='cd "$root/usr/lib/firmware"
find "$root/usr/lib/modules" -name "*.ko" -exec modinfo -F firmware {} + | sort -u | while read -r name; do
  found=false
  for file in $name{,.xz,.zst}; do [[ ! -s $file ]] || found=true; done
  $found || echo "$name"
done'

absent() { sed 's/ *#.*//; /^$/d' "$top/image/root/firmware.absent"; }

@test "the image has the firmware that its modules name, but for what Debian does not have" {
  diff <(absent) <(in_image "root=/; $missing")
  run -0 in_image "mount -t tmpfs none /usr/lib/firmware/bnx2x; root=/; $missing"
  [ "$(grep -c '^bnx2x/' <<<"$output")" -ge 3 ]
}

@test "it has no other firmware, and a licence for each package of it" {
  run -0 in_image 'cd /usr/lib/firmware
    find ../modules -name "*.ko" -exec modinfo -F firmware {} + >/tmp/named
    find * -type f | grep -vxFf /tmp/named || [ $? -eq 1 ]
    for package in $(dpkg-query -W -f "\${db:Status-Abbrev}\${Package}\n" | sed -n "s/^ii *firmware-/firmware-/p"); do
      [ -s "/usr/share/doc/$package/copyright" ] || echo "$package has no licence"
    done'
  [ "$output" = "" ]
}

@test "the initrd has the firmware of its own modules, which are those of the root's kernel" {
  mkdir initrd
  (cd initrd && cpio --quiet -idm <"$images/initrd")
  [ "$(ls initrd/usr/lib/modules)" = "$(in_image 'ls /usr/lib/modules')" ]
  mkdir -p initrd/usr/lib/firmware
  run -0 in_image "root=/tmp/initrd; $missing"
  [ "$(grep -vxFf <(absent) <<<"$output")" = "" ]
}

@test "the boot image leaves cards their predictable names" {
  run -0 bash -c 'head -c 257M "$1" | grep -a -m 1 -o "root=PARTLABEL=pnfs-ha-root console[ -~]*"' - "$images/pnfs-ha.raw"
  [[ $output != *net.ifnames* ]]
}

# offer PACKAGE [DEPENDS]: a version of it that is newer than any, in the test's own repository.
offer() {
  printf '%s\n' "Package: $1" 'Version: 9:1' 'Architecture: amd64' ${2:+"Depends: $2"} "Filename: ./$1.deb" 'Size: 1' \
    'Maintainer: nobody' "SHA256: $(printf '%064d' 0)" 'Description: newer' '' >>repository/Packages
}

# apt ARGUMENT...: what the image's apt, on that repository alone, would install or remove.
apt() {
  in_image 'apt() {
      apt-get -qq -o Dir::State::Lists=/tmp/lists -o Dir::Cache=/tmp/cache -o Dir::Etc::SourceList=/tmp/sources.list \
        -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root "$@"
    }
    apt update
    apt --simulate '"$*"' | sed -nE "s/^(Inst|Remv) ([^ ]+).*/\1 \2/p" | sort'
}

@test "apt upgrades everything but the kernel and what belongs to it" {
  mkdir -p repository lists/partial cache/archives/partial
  echo 'deb [trusted=yes] file:/tmp/repository ./' >sources.list
  kernel=$(in_image 'ls /usr/lib/modules')
  for name in less "linux-image-$kernel" linux-image-999-amd64 linux-headers-amd64 linux-headers-999-amd64 firmware-qlogic pnfs-ha-nfsd-dkms; do
    offer "$name"
  done
  offer linux-image-amd64 linux-image-999-amd64
  diff <(apt dist-upgrade) <(echo Inst less)
  [ "$(apt autoremove)" = "" ]
  for name in linux-image-amd64 linux-image-999-amd64 linux-headers-amd64 pnfs-ha-nfsd-dkms; do
    run -100 apt install "$name"
    [[ $output == *"has no installation candidate"* ]]
  done
  # Nothing but these preferences keeps it from doing so.
  diff <(apt -o Dir::Etc::PreferencesParts=/dev/null dist-upgrade) \
    <(printf 'Inst %s\n' firmware-qlogic less "linux-image-$kernel" linux-image-999-amd64 linux-image-amd64)
}
