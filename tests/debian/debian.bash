# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154,SC2317 # set by bats and by the tests; called by them
# What the tests on somebody's Debian share: README's reader, the servers' owner, and the lab as their boot loader.

export PNFS_HA_LAB_SERVERS=debian
load ../cluster/cluster
mount_point=/mnt # README's
here="$lab_root/tests/debian"
lun_name=wwn-0x6001405706e66732d68612d6c756e000 # overlays/san

# Emulated, a server unpacks sixty packages in four minutes, and builds nfsd in more than six; two at once take longer.
install_limit=2400 boot_limit=300

# on_both FUNCTION: for mds1 and mds2 at once, the output in files of these names.
on_both() {
  local server job jobs=()
  for server in mds1 mds2; do
    "$1" "$server" >"$BATS_FILE_TMPDIR/$server" 2>&1 3>&- &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do
    wait "$job" || {
      tail -n 30 "$BATS_FILE_TMPDIR"/mds[12]
      return 1
    }
  done
}

other() { if [[ $1 = mds1 ]]; then echo mds2; else echo mds1; fi; }
the_active() { if is_active mds1; then echo mds1; else echo mds2; fi; }

# follow_readme GUEST WHERE: types README's commands there as its reader does, in the directory that has what `make deb` made, with
# this lab's names in place of the examples'.
follow_readme() {
  local commands
  commands=$("$here/readme" "$2" | sed "s#wwn-0x6001405\.\.\.#$lun_name#; s#192\.0\.2\.100#$vip#g; s#198\.51\.100\.11#10.77.1.11#
    s#192\.0\.2\.11\b#10.77.0.11#; s#--token [0-9a-f]*#--token ${token:-none}#; s#^pnfs-ha init#& --yes#")
  [[ $commands ]] || return 1
  on "$1" "cd /srv/packages 2>/dev/null; export DEBIAN_FRONTEND=noninteractive; yes | bash -euxc $(printf %q "$commands")"
}

follow_readme_on_each() { follow_readme "$1" 'each server'; }
upgrade_kernel() { upgrade "$1" linux-image-amd64 linux-headers-amd64 linux-source-6.12; }

# keeps_what_is_theirs SERVER: its owner's files are byte for byte as they were, and do what they are for.
keeps_what_is_theirs() {
  local what
  on "$1" 'cd / && sha256sum --check --quiet' < <(cd "$here/owner" && find . -type f -exec sha256sum {} +)
  on "$1" 'systemctl is-active keepalived nftables multipathd && findmnt /srv/packages && nft list chain inet theirs input' >"$BATS_TEST_TMPDIR/theirs"
  grep -q 'policy drop' "$BATS_TEST_TMPDIR/theirs"
  # The lab's kernels have no binfmt_misc (tests/lab/machine.sh).
  what=$(on "$1" 'multipath -ll; systemctl --failed --no-legend --plain | grep -v binfmt || true')
  [[ ! $what ]] || {
    echo "$1: $what"
    return 1
  }
}

their_vip_is_on() {
  wait_for 20 on client ping -c 1 -W 2 10.77.0.177
  [ "$(for server in mds1 mds2; do on "$server" ip -o address show to 10.77.0.177; done | wc -l)" -eq 1 ]
}

# newer_packages SERVER: from now on its owner's source has what is newer, too.
newer_packages() { on "$1" "echo 'deb [trusted=yes] file:/srv/packages/later ./' >/etc/apt/sources.list.d/later.list && apt-get -qq update"; }

# upgrade SERVER PACKAGE...: unattended.
upgrade() {
  on "$1" "DEBIAN_FRONTEND=noninteractive apt-get install -q --yes --only-upgrade ${*:2} </dev/null 2>&1" >"$BATS_TEST_TMPDIR/upgrade-$1" || {
    tail -n 30 "$BATS_TEST_TMPDIR/upgrade-$1"
    return 1
  }
}

is_off() { lab list | grep -qE "^$1 +off"; }
has_booted() { on "$1" systemctl is-system-running | grep -qxE 'running|degraded'; }

# next_kernel SERVER: the one that a boot loader would start; other_kernel SERVER: another one that it could.
next_kernel() { on "$1" 'readlink /vmlinuz' | sed 's#.*/vmlinuz-##'; }
other_kernel() { on "$1" 'ls /boot/vmlinuz-*' | sed 's#.*/vmlinuz-##' | grep -vxF "$(next_kernel "$1")"; }

# restart SERVER [KERNEL]: orderly; the next one unless it is named. The lab takes kernel and initrd from the server's /boot.
restart() {
  local kernel=${2:-$(next_kernel "$1")} dir="$lab_dir/$1"
  rm "$dir"/{vmlinuz,initrd}
  on "$1" "cat /boot/vmlinuz-$kernel" >"$dir/vmlinuz"
  on "$1" "cat /boot/initrd.img-$kernel" >"$dir/initrd"
  on "$1" systemctl poweroff || true
  wait_for 180 is_off "$1"
  start "$1" "$kernel"
}

# start SERVER [KERNEL]
start() {
  lab power-on "$1"
  wait_for "$boot_limit" has_booted "$1"
  [[ ! ${2:-} ]] || [ "$(on "$1" uname -r)" = "$2" ]
}

both_are_healthy() { wait_for 120 is_healthy mds1 && wait_for 120 is_healthy mds2; }

# costs_no_service COMMAND...: under load, neither agent makes a step while it runs; the client sees no error, and metadata is late
# for no longer than a server with one emulated processor may make it.
costs_no_service() {
  local before after
  before=$(steps_of mds1) before+=" $(steps_of mds2)"
  start_load
  "$@"
  leave_alone 5
  judge_failover 5 --metadata-limit 15 --outages 5
  after=$(steps_of mds1) after+=" $(steps_of mds2)"
  [ "$before" = "$after" ] || {
    echo "steps before: $before, after: $after"
    return 1
  }
}
