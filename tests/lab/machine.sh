# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# The hardware of a guest, as QEMU's options, one a line. Sourced, never run.

write_options() {
  {
    machine_options "$1"
    disk_options "$1"
    network_options "$1"
    credential_options "$1"
    printf '%s\n' -append "$(kernel_arguments "$1")"
  } >"$(guest_dir "$1")/options"
}

machine_options() {
  local dir
  dir=$(guest_dir "$1")
  printf '%s\n' -name "$1" -m "${memory_of[${role[$1]}]}" -smp 1 -nodefaults -display none -vga none \
    -machine q35,hpet=off,sata=off,smbus=off,i8042=off -accel
  # Emulated, an old processor is the fastest: of max's instructions the kernel and libc would choose those that are
  # slowest to emulate (a third more work for a boot).
  case $(acceleration) in
    kvm) printf '%s\n' kvm -cpu host ;;
    *) printf '%s\n' tcg,thread=multi -cpu Nehalem ;;
  esac
  printf '%s\n' -kernel "$dir/vmlinuz" -initrd "$dir/initrd" -qmp "unix:$dir/qmp,server=on,wait=off" -pidfile "$dir/pid" \
    -chardev "file,id=serial,path=$dir/serial.log,append=on" -serial chardev:serial
  [[ ${role[$1]} != server ]] || printf '%s\n' -device i6300esb -action watchdog=reset
}

disk_options() {
  local dir
  dir=$(guest_dir "$1")
  # cache=unsafe: what the host's page cache has survives a QEMU that is killed, and nobody cuts the host's power.
  printf '%s\n' -drive "file=$dir/root.qcow2,if=virtio,cache=unsafe,discard=unmap"
  [[ ${role[$1]} != san ]] || printf '%s\n' -drive "file=$dir/lun.qcow2,if=virtio,cache=unsafe,discard=unmap"
  [[ ! ${packages_of[${role[$1]}]} ]] || printf '%s\n' -drive "file=$dir/packages.qcow2,if=virtio,cache=unsafe,discard=unmap"
}

network_options() {
  local network
  for network in "${networks[@]}"; do
    printf '%s\n' -netdev "tap,id=$network,ifname=$(tap "$1" "$network"),script=no,downscript=no" \
      -device "virtio-net-pci,netdev=$network,mac=$(mac "$1" "$network"),romfile="
  done
}

# The emulated time stamp counter runs as the host's does. A guest that has to find out how fast, while its neighbours
# boot too, can be wrong by a factor of twenty, and so are all its clocks.
counter_frequency() {
  [[ $(acceleration) = tcg ]] || return 0
  local khz base=/sys/devices/system/cpu/cpu0/cpufreq/base_frequency
  khz=$(cat "$base" 2>/dev/null) || khz=$(sed -n 's/^cpu MHz[^:]*: \([0-9]*\)\.\([0-9]*\)$/\1\2/p' /proc/cpuinfo | head -n 1)
  [[ -z $khz ]] || echo "tsc_early_khz=$khz"
}

# Without what only costs time under emulation: mitigations, security modules, zeroed pages, drivers of processor
# extensions, a login on the console. iTCO_wdt would be a second watchdog beside i6300esb.
kernel_arguments() {
  local unwanted=iTCO_wdt,lpc_ich,kvm,kvm_amd,kvm_intel,ccp,pcspkr,evdev,binfmt_misc,aesni_intel,ghash_clmulni_intel
  unwanted+=,sha512_ssse3,sha256_ssse3,sha1_ssse3,crct10dif_pclmul,crc32_pclmul
  echo "root=${root_of[${role[$1]}]} rw console=ttyS0 loglevel=5 pnfs-ha.role=${role[$1]}" \
    "tsc=reliable $(counter_frequency) nokaslr mitigations=off audit=0 apparmor=0 lsm=none init_on_alloc=0 hardened_usercopy=off" \
    "randomize_kstack_offset=off nowatchdog psi=0 rcupdate.rcu_expedited=1 systemd.getty_auto=no" \
    "modprobe.blacklist=$unwanted"
}
