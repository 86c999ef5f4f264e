# What the tests of the command line share. PNFS_HA is the program under test.
bats_require_minimum_version 1.5.0
: "${PNFS_HA:?the program to test, e.g. build/host/pnfs-ha}"
PNFS_HA=$(realpath "$PNFS_HA")
remedy='^  [^ ]' # the line below an error

# Runs a shell script where /etc and /run are copies and there is no network: whatever the
# program does, this machine stays as it is. $pnfs_ha is the program.
alone() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  pnfs_ha=$PNFS_HA unshare --mount --net --propagation private bash -euc '
    work=$(mktemp -d)
    mount -t tmpfs tmpfs "$work"
    mkdir "$work/etc" "$work/run"
    cp -a /etc/. "$work/etc"
    rm -rf "$work/etc/pnfs-ha"
    mount --bind "$work/etc" /etc
    mount --bind "$work/run" /run
    ! mountpoint -q "$work" || umount -l "$work"
    rmdir "$work"
    mkdir /run/pnfs-ha /etc/pnfs-ha
    '"$1"
}

# Every refusal says in its second line what to do about it.
refused() {
  [ "$status" -eq "$1" ]
  [[ ${lines[0]} == "pnfs-ha: $2"* ]]
  [[ ${lines[1]} =~ $remedy ]]
}

# A script for alone() that makes this machine a cluster's server, as far as its configuration goes, with an empty mount
# point of the LUN.
a_server() {
  cat <<'SCRIPT'
mkdir -p /srv && mount -t tmpfs tmpfs /srv && mkdir -p /srv/pnfs-ha/.pnfs-ha
cat >/etc/pnfs-ha/cluster.toml <<'TOML'
[cluster]
name = "demo"
[lun]
device = "/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe"
[vip]
address = "10.0.0.100/24"
interface = "eth0"
[state]
[nfs]
allow = ["10.0.0.0/24"]
[[server]]
name = "alpha"
id = 1
address = "10.0.0.11"
replication_address = "10.1.0.11"
TOML
SCRIPT
}
