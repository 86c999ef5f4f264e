# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# KVM or software emulation: /dev/kvm may exist and still not run this kernel, so a short boot decides. Sourced, never run.

# acceleration: prints kvm or tcg; the answer is kept until the host boots again.
acceleration() {
  local cache="$src/build/lab/acceleration" boot_id answer
  boot_id=$(</proc/sys/kernel/random/boot_id)
  if [[ -n ${PNFS_HA_LAB_ACCEL:-} ]]; then
    echo "$PNFS_HA_LAB_ACCEL"
  elif [[ -e $cache && $(<"$cache") = "$boot_id "* ]]; then
    cut -d' ' -f2 "$cache"
  else
    answer=$(probe_kvm)
    echo "$boot_id $answer" >"$cache"
    echo "$answer"
  fi
}

# The initrd's /bin/false as init: the kernel panics over its exit code, so kernel and programs have both run. With real
# KVM that takes a second or two.
probe_kvm() {
  local log="$lab_dir/kvm-probe.log"
  if [[ -w /dev/kvm ]]; then
    timeout --kill-after=2 8 "$qemu" qemu-system-x86_64 -machine q35,accel=kvm -cpu host -m 512 -nodefaults -display none \
      -no-reboot -kernel "$images/vmlinuz" -initrd "$images/initrd" \
      -append 'console=ttyS0 rdinit=/bin/false panic=-1' -serial "file:$log" </dev/null >/dev/null 2>&1 || true
  fi
  if grep -qs 'exitcode=0x00000100' "$log"; then echo kvm; else echo tcg; fi
}
