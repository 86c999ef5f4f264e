# shellcheck shell=bash disable=SC2034,SC2154
story="nfsdcld is killed on the active: without it nfsd records no client"
active_after=either
hold=5
inject() {
  daemon=$(main_pid mds1 pnfs-ha-nfsdcld)
  on mds1 kill -KILL "$daemon"
}
# Either the active has it again or another server is active.
settled() { serves mds2 || replaced mds1 pnfs-ha-nfsdcld "$daemon"; }
