# shellcheck shell=bash disable=SC2034,SC2154
story="rpc.mountd is killed on the active: nfsd asks it for every export that it does not know yet"
active_after=either
hold=5
inject() {
  daemon=$(main_pid mds1 pnfs-ha-mountd)
  on mds1 'kill -KILL '"$daemon"'; echo "$(date +%s)" >/proc/net/rpc/nfsd.export/flush; echo "$(date +%s)" >/proc/net/rpc/auth.unix.ip/flush'
}
settled() { serves mds2 || replaced mds1 pnfs-ha-mountd "$daemon"; }
