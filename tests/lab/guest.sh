# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# A guest: its directory, its disks, its QEMU process. Sourced, never run.
#
# build/lab/NETNS/GUEST/  root.qcow2  lun.qcow2 (san)  packages.qcow2 (a server of debian)  credentials/
#                         vmlinuz initrd base.raw packages.raw (links to the images as they were)
#                         options (QEMU's)  qmp  pid  serial.log  qemu.log

qemu="$src/image/qemu.sh"

guest_dir() { echo "$lab_dir/$1"; }

guest_pid() { cat "$(guest_dir "$1")/pid" 2>/dev/null; }

# The pid file of a crashed lab may name somebody else's process by now: ours has our directory in its command line.
is_running() {
  local pid
  pid=$(guest_pid "$1") && grep -qzF "$(guest_dir "$1")/" "/proc/$pid/cmdline" 2>/dev/null
}

need_running() {
  is_running "$1" || die "$1 is off" "lab power-on $1, or lab up --only $1"
}

running_guests() {
  local guest
  for guest in "${guests[@]}"; do
    if is_running "$guest"; then echo "$guest"; fi
  done
}

# make_guest GUEST: a blank machine of the image as it is now. The links keep that image should a new one be built, and the
# options stay as they are: a snapshot is of one machine and no other.
make_guest() {
  local dir kernel="${kernel_of[${role[$1]}]}" packages="${packages_of[${role[$1]}]}"
  dir=$(guest_dir "$1")
  need_images "${image_of[${role[$1]}]}.raw" "vmlinuz$kernel" ${packages:+"$packages.raw"}
  rm -rf "$dir"
  mkdir -p "$dir"
  ln "$images/vmlinuz$kernel" "$dir/vmlinuz"
  ln "$images/initrd$kernel" "$dir/initrd"
  make_overlay "$dir" root base "${image_of[${role[$1]}]}"
  [[ ! $packages ]] || make_overlay "$dir" packages packages "$packages"
  [[ ${role[$1]} != san ]] || "$qemu" qemu-img create -q -f qcow2 "$dir/lun.qcow2" "$lun_size"
  write_credentials "$1"
  write_options "$1"
}

need_images() {
  local file remedy="image/build.sh --lab"
  [[ ! $client_kernel ]] || remedy+=" --client-kernels; it makes clients with the kernels 6.1 and backports"
  [[ ! $server_kind ]] || remedy+=", image/deb.sh, tests/debian/machine, tests/debian/packages: make debian has all"
  for file in "$@"; do
    [[ -e $images/$file ]] || die "there is no $file in $images" "$remedy"
  done
}

# make_overlay DIRECTORY NAME BASE IMAGE: NAME.qcow2, on the image as it is now.
make_overlay() {
  ln "$images/$4.raw" "$1/$3.raw"
  "$qemu" qemu-img create -q -f qcow2 -b "$3.raw" -F raw "$1/$2.qcow2"
}

# start_guest GUEST [QEMU OPTION...]: returns when QEMU runs (with -loadvm: when it has loaded).
start_guest() {
  local guest=$1 dir options
  shift
  dir=$(guest_dir "$guest")
  mapfile -t options <"$dir/options"
  rm -f "$dir/pid" "$dir/qmp"
  # The clock chip shows the lab's time and stops while the guest is stopped: see clock.sh.
  detached nice -n "${nice_of[${role[$guest]}]}" nsenter --net="/run/netns/$netns" "$qemu" qemu-system-x86_64 \
    "${options[@]}" -rtc "base=$(lab_time),clock=vm" "$@" -daemonize >"$dir/qemu.log" 2>&1 ||
    die "$guest: QEMU did not start: $(tail -n 1 "$dir/qemu.log")" "see $dir/qemu.log; lab down cleans up after a crash"
  favour "$guest"
}

# favour GUEST: nice counts only within a session where the kernel groups processes by session, and each QEMU has its own.
favour() {
  local group
  group="/proc/$(guest_pid "$1")/autogroup"
  [[ ! -e $group ]] || echo "${nice_of[${role[$1]}]}" >"$group"
}

# detached COMMAND...: without the caller's files, for which bats and pipes would wait as long as QEMU runs.
detached() {
  local fd
  (
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      ((fd < 3 || fd == 255)) || eval "exec $fd>&-" 2>/dev/null || true
    done
    exec "$@" </dev/null
  )
}

# power_cut GUEST: as if its plug were pulled.
power_cut() {
  local pid
  is_running "$1" || return 0
  close_ssh "$1"
  pid=$(guest_pid "$1")
  kill -9 "$pid"
  while [[ -e /proc/$pid ]]; do sleep 0.02; done
  rm -f "$(guest_dir "$1")/pid"
}
