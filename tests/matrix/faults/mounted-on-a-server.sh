# shellcheck shell=bash disable=SC2034,SC2154
story="the export is mounted on the active and on the standby and written to there, then the active's power is cut"
metadata_limit=60 # the dead server was a client: its reclaims are waited for as long as grace lasts
keys() { on mds1 "pnfs-ha reservation show --json" | jq -c '[.registrations[] | [.key, .holder]] | sort'; }
inject() {
  local server before
  before=$(keys)
  for server in mds1 mds2; do
    on "$server" "mkdir -p /mnt/export && mount -t nfs4 -o vers=4.2 $vip:/ /mnt/export &&
      dd if=/dev/zero of=/mnt/export/from-$server bs=1M count=4 oflag=direct status=none"
  done
  require "a key has changed: $before, then $(keys)" test "$(keys)" = "$before"
  lab power-cut mds1
}
heal() { lab power-on mds1; }
calm() { on_limit=30 on mds2 "dd if=/mnt/export/from-mds1 of=/dev/null bs=1M iflag=direct status=none; umount /mnt/export"; }
check() { require "mds2 rebooted" not_rebooted mds2; }
