# shellcheck shell=bash disable=SC2034,SC2154
story="late commits that their sender has no right to: of a stranger, of a user who may not write, of holes"
# Unwritten blocks hold what some removed file left there: whoever gets them committed without having written them shows it.
scenario() {
  files="$mount_point/scribes-both"
  start_on client write_victim
  wait_for 60 on client "/root/scribes/scribes written" || problem "client has not written"
  on client "chmod 600 $files/victim"
  must_be ok honest --hold --open fresh
  lab power-cut mds1
  enter "in the grace period, which the honest one keeps open"
  wait_for 60 state_of mds2 '.role == "active" and .nfs.in_grace' || problem "mds2 is in no grace period: this tests nothing"
  must_be "LAYOUTCOMMIT: $badlayout" stranger
  must_be "LAYOUTCOMMIT: $badlayout" stranger --reclaim
  must_be "OPEN: $no_grace" stranger --open previous
  must_be "LAYOUTCOMMIT: $access" nobody --uid 65534
  state_of mds2 .nfs.in_grace || problem "the grace period is over: this tests nothing"
  # The same request of one who may, or the refusals prove nothing; and of a hole.
  must_be ok honest --open previous --offset $((128 * block))
  must_be ok honest --offset $((1024 * block))
  enter "after it"
  wait_for 60 recovered mds2 || problem "mds2 does not serve"
  must_be "LAYOUTCOMMIT: $badlayout" stranger --open fresh
  must_be "LAYOUTCOMMIT: $badlayout" stranger --open fresh --reclaim
  enter judge
  written_blocks >"$dir/written"
  [[ $(<"$dir/written") = 128 ]] || problem "these blocks are written, instead of 128 alone: $(paste -sd' ' "$dir/written")"
  [[ $(on client "stat -c %s $files/victim") = $((256 * block)) ]] || problem "the size has changed"
  on mds2 'dmesg | grep "late LAYOUTCOMMIT refused"' >"$dir/refused" || true
  (($(wc -l <"$dir/refused") == 4)) || problem "not all four refusals are in the kernel's log"
}

block=4096
access=13 no_grace=10033 badlayout=10050 # nfsstat4, RFC 8881 15.1

write_victim() { printf '%s\n' "allocate 0 $((256 * block))" fsync 'wait /run/scribes/end' >"$1/victim.script"; }

# must_be ANSWER OWNER OPTION...: one block of the victim, the first unless told otherwise.
must_be() {
  local answer
  answer=$(on client2 "pnfs-intruder $vip scribes-both/victim --length $block --owner ${*:2}" 2>&1) || true
  [[ $answer = "$1" ]] || problem "'${*:2}' is answered '$answer', not '$1'"
}

# The victim's, by number.
written_blocks() {
  on mds2 "sync; filefrag -v \$(findmnt -n -o TARGET -t xfs)/scribes-both/victim" | grep -v unwritten |
    sed -n 's/^ *[0-9]*: *\([0-9]*\)\.\. *\([0-9]*\):.*/seq \1 \2/p' | bash
}
