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

# Real KVM reaches the initrd within two seconds.
probe_kvm() {
  local log="$lab_dir/kvm-probe.log"
  [[ -w /dev/kvm ]] || {
    echo tcg
    return
  }
  timeout --signal=KILL 8 "$qemu" qemu-system-x86_64 -machine q35,accel=kvm -cpu host -m 512 -nodefaults -display none \
    -no-reboot -kernel "$images/vmlinuz" -initrd "$images/initrd" \
    -append 'console=ttyS0 loglevel=7 rdinit=/no-such-program init=/no-such-program panic=-1' \
    -serial "file:$log" </dev/null >/dev/null 2>&1 || true
  if grep -q 'Run /no-such-program as init process\|rdinit=/no-such-program does not exist' "$log" 2>/dev/null; then
    echo kvm
  else
    echo tcg
  fi
}
