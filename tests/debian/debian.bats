#!/usr/bin/env bats
# shellcheck disable=SC2034,SC2154,SC2314 # variables of debian.bash and cluster.bash
# Two servers that are somebody's, with a keepalived, a firewall, multipath, exports and a disk of their owner's, become a cluster by
# README's own commands; then what its owner does with such servers. The tests build on each other.

bats_require_minimum_version 1.5.0

load debian

setup_file() {
  lab down
  lab up --only san,mds1,mds2,client
}

@test "what their owner has works" {
  for server in mds1 mds2; do
    keeps_what_is_theirs "$server"
    on "$server" apt-get -qq update
  done
  their_vip_is_on
  on client "mkdir /theirs && mount -o ro 10.77.0.11:/srv/theirs /theirs && cat /theirs/file && umount /theirs" | grep 'has$'
}

@test "README, each server: it is installed; where the module does not fit the kernel of the release, that is said" {
  on_both follow_readme_on_each
  for server in mds1 mds2; do
    on "$server" dkms status | grep -E '^pnfs-ha-nfsd/.*: installed' ||
      grep 'the module was not built; with that kernel this server has stock nfsd, and stays out of service' "$BATS_FILE_TMPDIR/$server"
    run on "$server" pnfs-ha check
    [ "$status" -eq 1 ]
    [[ $output =~ failed\ +nfsd\ +stock ]]
    keeps_what_is_theirs "$server"
  done
}

@test "the security updates bring the next kernel: its module is built before the reboot" {
  for server in mds1 mds2; do newer_packages "$server"; done
  on_both upgrade_kernel
  for server in mds1 mds2; do
    kernel=$(next_kernel "$server")
    [ "$kernel" != "$(on "$server" uname -r)" ] || skip "the archive has one kernel"
    on "$server" "dkms status -k $kernel" | grep ': installed'
    on "$server" "modinfo -k $kernel -F parm nfsd" | grep '^late_layoutcommit:'
  done
}

@test "and a reboot, into the patched nfsd" {
  for server in mds1 mds2; do
    restart "$server"
    on "$server" pnfs-ha check
    keeps_what_is_theirs "$server"
    on "$server" '! systemctl is-active nfs-server rpc-statd fsidd' # nothing that has /var/lib/nfs open
  done
  their_vip_is_on
}

@test "the SAN's LUN is on both, and multipath leaves it alone" {
  for server in mds1 mds2; do
    on "$server" "sed -i 's/^InitiatorName=.*/InitiatorName=iqn.2026-01.org.example:$server/' /etc/iscsi/initiatorname.iscsi
      systemctl restart iscsid
      iscsiadm --mode discovery --type sendtargets --portal 10.77.2.2
      iscsiadm --mode node --op update --name node.startup --value automatic
      iscsiadm --mode node --login"
    wait_for 60 lun_of "$server"
    [ "$(lun_of "$server")" = "/dev/disk/by-id/$lun_name" ]
    keeps_what_is_theirs "$server"
  done
}

@test "a LUN that multipath has taken is refused with a sentence" {
  on mds1 "sed -i 's/strict/no/' /etc/multipath.conf && systemctl restart multipathd"
  wait_for 30 on mds1 'multipath -ll | grep -q .'
  run on mds1 "pnfs-ha init --yes --name demo --lun /dev/disk/by-id/$lun_name --vip $vip/24 --interface lan"
  [ "$status" -ne 0 ]
  [[ $output = *multipath* ]]
  on mds1 "sed -i 's/find_multipaths no/find_multipaths strict/' /etc/multipath.conf
    multipathd del maps; multipath -W; systemctl restart multipathd" # it remembers which it has taken
  keeps_what_is_theirs mds1
}

@test "README, first server: check finds nothing wrong, init makes the cluster" {
  follow_readme mds1 'first server' 2>&1 | tee "$BATS_FILE_TMPDIR/init"
  wait_for 60 is_active mds1
}

@test "README, second server: it joins" {
  token=$(sed -n 's/^ *pnfs-ha join .* --token \([0-9a-f]*\).*/\1/p' "$BATS_FILE_TMPDIR/init")
  follow_readme mds2 'second server'
  both_are_healthy
}

@test "README, client: it mounts, and reads and writes the LUN directly" {
  run -0 follow_readme client client
  [[ $output = *pnfs=LAYOUT_SCSI* ]]
  before=$BATS_TEST_TMPDIR/before after=$BATS_TEST_TMPDIR/after
  prepare_files
  mountstats "$before"
  on client "dd if=/dev/urandom of=$mount_point/data bs=1M count=16 oflag=direct conv=fsync status=none
    echo 3 >/proc/sys/vm/drop_caches; dd if=$mount_point/data of=/dev/null bs=1M iflag=direct status=none"
  mountstats "$after"
  went_direct "$before" "$after"
}

@test "what is their owner's is as it was" {
  for server in mds1 mds2; do keeps_what_is_theirs "$server"; done
  their_vip_is_on
}

@test "reloads of nftables and of networkd, whose owner's rules flush all others, cost no service" {
  for server in mds2 mds1; do
    costs_no_service on "$server" 'systemctl reload nftables && sleep 2 && networkctl reload && sleep 2 && systemctl restart systemd-networkd'
  done
  on mds1 nft list table inet pnfs_ha >/dev/null # who serves puts it back
  both_are_healthy
}

@test "an upgrade of anything, first on the standby, costs no service, unattended restarts included" {
  for server in mds2 mds1; do
    for packages in systemd drbd-utils "nfs-kernel-server nfs-common" keepalived "pnfs-ha pnfs-ha-client"; do
      echo "# $server: $packages" >&3
      # shellcheck disable=SC2086 # words
      costs_no_service upgrade "$server" $packages
      [[ $(on "$server" dpkg-query -W "${packages%% *}") = *+later ]]
    done
    on "$server" "DEBIAN_FRONTEND=noninteractive needrestart -r a </dev/null" >"$BATS_FILE_TMPDIR/needrestart-$server"
    on "$server" '! systemctl is-active nfs-server nfs-mountd nfsdcld fsidd rpc-statd'
    keeps_what_is_theirs "$server"
    both_are_healthy # versions differ
  done
}

@test "the agents become those of the upgrade: the standby's, a switchover, the other's" {
  start_load
  on mds2 systemctl restart pnfs-ha-agent pnfs-ha-guard
  wait_for 90 is mds2 .role standby
  both_are_healthy
  on mds1 pnfs-ha switchover
  wait_for 60 is_active mds2
  on mds1 systemctl restart pnfs-ha-agent pnfs-ha-guard
  both_are_healthy
  judge_failover 10 --outages 5
}

@test "a server that starts with a kernel without the module stays out of service, and says why" {
  old=$(other_kernel mds1)
  [[ $old ]] || skip "the archive has one kernel"
  restart mds1 "$old"
  wait_for 60 is mds1 .role out-of-service
  run on mds1 pnfs-ha status
  [ "$status" -eq 2 ]
  [[ $output = *"stock nfsd"* ]]
  is_active mds2
  restart mds1
  both_are_healthy
}

@test "fsidd and statd do not keep the state mirror from leaving, whoever has started them" {
  on mds2 'systemctl start rpc-statd; systemctl start fsidd; ! systemctl is-active fsidd; systemctl is-active rpc-statd'
  start_load
  on mds2 pnfs-ha switchover
  wait_for 60 is_active mds1
  both_are_healthy
  judge_failover 10 --outages 5
}

@test "reboots, one after the other, cost what a switchover does" {
  for server in mds1 mds2; do
    start_load
    restart "$server"
    both_are_healthy
    judge_failover 10 --outages 5
    keeps_what_is_theirs "$server"
  done
}

@test "the power of the active is cut" {
  active=$(the_active)
  start_load
  sleep 5
  lab power-cut "$active"
  wait_for 90 is_active "$(other "$active")"
  wait_for 90 is "$(other "$active")" .nfs.in_grace false
  sleep 10
  judge_failover 10
  start "$active"
  both_are_healthy
  for server in mds1 mds2; do keeps_what_is_theirs "$server"; done
  their_vip_is_on
  on client "pnfs-load verify $mount_point/load --journal /root/journal"
}
