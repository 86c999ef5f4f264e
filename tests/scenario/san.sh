# shellcheck shell=bash disable=SC2154 # variables of the scenario
# The lab's SAN as a fault sees it. Sourced, never run.

registrations() { on san 'cat /sys/kernel/config/target/core/iblock_0/lun/pr/res_pr_registered_i_pts'; }

# is_registered GUEST: whether the LUN knows a key of it.
is_registered() { registrations | grep -q ":$1,"; }
# keys_of GUEST: as the LUN knows them, sorted.
keys_of() { registrations | grep ":$1," | grep -oE '0x[0-9a-f]{16}' | sort; }
is_unregistered() { registrations >"$dir/registrations" && ! grep -q ":$1," "$dir/registrations"; }

# note_clients; judge_noted_clients: no client's key has come or gone since, not even for a moment: each registration says in
# which generation it was made. (A standby that hears nobody asks through the LUN, which changes its own.)
note_clients() { registered_clients >"$dir/clients-before"; }
judge_noted_clients() {
  registered_clients | diff - "$dir/clients-before" >"$dir/clients-changed" ||
    problem "a client's key came or went: $(paste -sd' ' "$dir/clients-changed")"
}
registered_clients() { registrations | grep ':client' | sort; }

# conflicts_of GUEST: how many of its reads and writes the LUN has refused. (After a takeover it gives back a key that its new
# one has replaced, which is refused too and does no harm.) Linux 6.1 calls it "critical nexus error" (blk_errors[]).
refused='(reservation conflict|critical nexus) error'
conflicts_of() { on "$1" "dmesg | grep -cE '$refused' || true"; }

# note_conflicts; new_conflicts GUEST: how many there were since.
declare -gA conflicts_before=()
note_conflicts() {
  local guest
  for guest in "${clients[@]}"; do conflicts_before[$guest]=$(conflicts_of "$guest"); done
}
new_conflicts() { echo $(($(conflicts_of "$1") - conflicts_before[$1])); }

is_reserved() { on san 'cat /sys/kernel/config/target/core/iblock_0/lun/pr/res_pr_type' | grep -q 'Exclusive Access'; }

# stop_target: in the reverse order of san-target(overlays/san); no initiator is asked. The file with the registrations stays.
stop_target() {
  on san 'set -e
    cd /sys/kernel/config/target/iscsi/iqn*
    rmdir tpgt_1/np/*
    echo 0 >tpgt_1/enable
    for acl in tpgt_1/acls/*; do
      rm "$acl/lun_0/lun"
      rmdir "$acl/lun_0" "$acl"
    done
    rm tpgt_1/lun/lun_0/store
    rmdir tpgt_1/lun/lun_0 tpgt_1
    cd /sys/kernel/config/target
    rmdir iscsi/iqn* core/iblock_0/lun core/iblock_0'
}
start_target() { on san /usr/lib/pnfs-ha/san-target; }
forget_registrations() { on san 'rm /var/target/pr/aptpl_*'; }

# file_system_is_clean: no server and no client may touch the LUN meanwhile, so the SAN itself looks at the disk. To mount it
# replays the log; both servers' power is cut, whatever state they are in.
file_system_is_clean() {
  cut_if_on mds1
  cut_if_on mds2
  power_on_if_off san
  wait_for 60 on san test -d /sys/kernel/config/target/core/iblock_0/lun || return 1
  stop_target && on san 'mount /dev/vdb /mnt && umount /mnt && xfs_repair -n /dev/vdb' >"$dir/xfs_repair" 2>&1
}
