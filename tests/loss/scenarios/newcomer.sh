# shellcheck shell=bash disable=SC2034,SC2154
story="a client that is new to the LUN asks for two layouts before it is registered: the second one has to wait"
# Stock clients let a second thread write while the first one registers; see image/nfsd/README.md.
scenario() {
  files="$mount_point/writers-both"
  start_on client write_both
  wait_for 60 on client "/root/writers/writers written" || problem "client has not written"
  # It gets it all the same, a second later: whoever cannot reach the LUN never registers.
  answers <<<"ok, but had to wait | newcomer --hold --open fresh --layouts writers-both/other"
}

write_both() { write_unwritten "$1" victim other; }
