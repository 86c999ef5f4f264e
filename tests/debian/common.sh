# shellcheck shell=bash disable=SC2034,SC2154 # the variables are of those who source this, and of image/common.sh
# What machine and packages share. Sourced, never run.

out="$build/image"
work="$build/debian.tmp"

# machine_root: sets machine, the root of the owner's server in build/cache; another one if what it is made of has changed.
machine_root() {
  local recipe files
  mapfile -t files < <(find "$here/owner" -type f | sort)
  recipe=$(key "$src"/image/root/dpkg.docs "$here/machine" "${files[@]}")
  machine="$build/cache/root-debian-$recipe"
  [[ -d $machine ]] || rm -rf "$build"/cache/root-debian-*
}

# make_ext4 NAME ROOT LABEL MIB: NAME.raw in $work, a disk without partitions that holds what is in ROOT.
make_ext4() {
  quietly "$build/cache/disk-$1.log" in_tools mke2fs -q -t ext4 -L "$3" -m 1 -E lazy_itable_init=0 -d "${2/#"$src"/\/src}" \
    "${work/#"$src"/\/src}/$1.raw" "${4}M"
}
