# shellcheck shell=bash
# The cluster as its administrator and its users make it, on the lab's guests. Sourced by the demo and by the tests.

lab_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# shellcheck source=tests/lab/name.sh
. "$lab_root/tests/lab/name.sh"
lab() { "$lab_root/tests/lab/lab" "$@"; }
on() { lab ssh "$@"; }
# within SECONDS GUEST COMMAND...: one that hangs is ended.
within() { timeout --kill-after=2 "$1" "$lab_root/tests/lab/lab" ssh "${@:2}"; }

vip=10.77.0.100
mount_point=/mnt/pnfs

# lun_of SERVER: its name there; a server logs in to the SAN while it boots.
lun_of() { on "$1" 'ls /dev/disk/by-id/wwn-*'; }

# found_cluster: what the README tells to do on the first server, then on the second.
found_cluster() {
  local lun join log="$lab_dir/init.log"
  wait_for 60 lun_of mds2
  lun=$(wait_for 60 lun_of mds1 && lun_of mds1)
  on mds1 pnfs-ha init --name demo --lun "$lun" --vip "$vip/24" --interface lan \
    --replication-address 10.77.1.11 --yes | tee "$log"
  join=$(sed -n 's/^ *\(pnfs-ha join .*\)/\1/p' "$log")
  [[ $join ]] || return 1
  # shellcheck disable=SC2029 # the command is what init printed
  on mds2 "$join"
}

mount_on() {
  on "$1" "mkdir -p $mount_point && mount -t nfs4 -o vers=4.2,hard $vip:/ $mount_point"
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || {
      echo "still not so: $*" >&2
      return 1
    }
    sleep 0.5
  done
}

# status SERVER FILTER: a value of its `status --json`.
status() { on "$1" pnfs-ha status --here --json | jq -r "$2"; }
is() { [[ $(status "$1" "$2") = "$3" ]]; }
# steps_of SERVER: how many steps its agent has made since it started.
steps_of() { on "$1" cat /run/pnfs-ha/status.json | jq "[.steps[].number] | max // 0"; }
is_healthy() { on "$1" pnfs-ha status >/dev/null; }

# The load of the demo and of every failover test: pnfs-load(1) with its report and journal outside the export.
# It runs when this returns, and has had the time to fetch the layouts of its files: 150 reads and writes need no others.
start_load() {
  on client "systemd-run --quiet --collect --unit=load pnfs-load run $mount_point/load --report /root/report.json --journal /root/journal"
  wait_for 20 load_runs && sleep 3
}
load_runs() { on client 'journalctl _SYSTEMD_INVOCATION_ID=$(systemctl show -P InvocationID load) -o cat | grep -qx running'; }
stop_load() {
  on client 'systemctl stop load'
  on client cat /root/report.json
}
is_direct_again() { on client "pnfs-load mountstats $mount_point" | grep -q 'pnfs=LAYOUT_SCSI'; }
