# shellcheck shell=bash disable=SC2154 # variables of the scenario
# A second path from a server to the SAN: by a second address of the SAN's. And a SAN that is slow. Sourced, never run.

second_portal=10.77.2.3
target=iqn.2026-01.org.example:san
declare -A on_san=([mds1]=10.77.2.11 [mds2]=10.77.2.12)

# give_second_path SERVER: its agent registers by it when it next registers with the LUN.
give_second_path() {
  on san "ip -br address show dev san | grep -q $second_portal || ip address add $second_portal/24 dev san"
  on "$1" "iscsiadm -m node -T $target -p $second_portal:3260 -o new && iscsiadm -m node -T $target -p $second_portal:3260 --login" \
    >>"$dir/logins" 2>&1 || problem "$1 cannot log in by $second_portal"
  wait_for 20 has_two_paths "$1" || problem "$1 has no second path"
}
has_two_paths() { [[ $(on "$1" 'grep -lx naa.6001405706e66732d68612d6c756e000 /sys/block/sd*/device/wwid | wc -l') = 2 ]]; }

# disk_in_use SERVER: that XFS is mounted on.
# A dead one that was left is in /sys/fs/xfs as well.
disk_in_use() { on "$1" 'nsenter -t $(systemctl show -P MainPID pnfs-ha-agent) -m findmnt -n -o SOURCE -t xfs | xargs basename'; }
uses_another_than() { [[ $(disk_in_use "$1") != "$2" ]]; }

# cut_path SERVER DISK: the SAN loses every packet between the server and the portal that this disk is reached by.
cut_path() {
  local session portal
  session=$(on "$1" "readlink -f /sys/block/$2/device | grep -o 'session[0-9]*' | head -n 1")
  portal=$(on "$1" "cat /sys/class/iscsi_connection/connection${session#session}:0/persistent_address")
  on san "nft 'add table ip paths; add chain ip paths input { type filter hook input priority 0; };
    add chain ip paths output { type filter hook output priority 0; };
    add rule ip paths input ip saddr ${on_san[$1]} ip daddr $portal drop;
    add rule ip paths output ip saddr $portal ip daddr ${on_san[$1]} drop'"
}
mend_paths() { on san nft delete table ip paths; }

# slow_down SECONDS [SERVER]...: that is what these servers' packets from the SAN take (default: all servers'), and so each of
# their commands. The clients' do not.
slow_down() {
  local addresses=("${on_san[@]}") server
  if (($# > 1)); then addresses=(); fi
  for server in "${@:2}"; do addresses+=("${on_san[$server]}"); done
  on san "modprobe -a sch_prio sch_netem cls_u32 && tc qdisc add dev san root handle 1: prio &&
    tc qdisc add dev san parent 1:3 handle 30: netem delay $1s limit 20000 &&
    for server in ${addresses[*]}; do
      tc filter add dev san protocol ip parent 1: prio 1 u32 match ip dst \$server flowid 1:3; done"
}
speed_up() { on san tc qdisc delete dev san root; }
