# shellcheck shell=bash disable=SC2034,SC2154
story="late commits that their sender has no right to: of a stranger, of a user who may not write, of holes"
# Unwritten blocks hold what some removed file left there: whoever gets them committed without having written them shows it.
scenario() {
  files="$mount_point/writers-both"
  start_on client write_victim
  wait_for 60 on client "/root/writers/writers written" || problem "client has not written"
  on client "chmod 600 $files/victim"
  answers <<<"ok | honest --hold --open fresh"
  previous_start=$(on mds1 cat /sys/module/nfsd/parameters/boot_second)
  lab power-cut mds1 # at once: the record of a client that was told so must be there (StateMirror::mount())
  enter "in the grace period, which the honest one keeps open; after the refusals, the same of one who may, or they prove nothing"
  wait_for 60 state_of mds2 '.role == "active" and .nfs.in_grace' || problem "mds2 is in no grace period: this tests nothing"
  answers <<TEXT
LAYOUTCOMMIT: $badlayout | stranger
LAYOUTCOMMIT: $badlayout | stranger --reclaim
OPEN: $no_grace          | stranger --open previous
LAYOUTCOMMIT: $access    | nobody --uid 65534
ok                       | honest --open previous --offset $((128 * block))
ok                       | honest --offset $((1024 * block))
TEXT
  enter "of a server before the previous one: that one has freed blocks"
  previous_start=$((previous_start - 1)) answers <<<"LAYOUTCOMMIT: $badlayout | honest"
  enter "after it"
  wait_for 60 recovered mds2 || problem "mds2 does not serve"
  answers <<TEXT
LAYOUTCOMMIT: $badlayout | stranger --open fresh
LAYOUTCOMMIT: $badlayout | stranger --open fresh --reclaim
TEXT
  enter judge
  written_blocks mds2 writers-both/victim >"$dir/written"
  [[ $(<"$dir/written") = 128 ]] || problem "these blocks are written, instead of 128 alone: $(paste -sd' ' "$dir/written")"
  [[ $(on client "stat -c %s $files/victim") = $((256 * block)) ]] || problem "the size has changed"
  late_commits mds2 >"$dir/late"
  (($(grep -c -E 'verdict=(not-reclaimed|blocks-freed|too-late) ' "$dir/late") == 5)) ||
    problem "nfsd does not tell of all five refusals: $(paste -sd';' "$dir/late")"
}

access=13 no_grace=10033 badlayout=10050 # nfsstat4, RFC 8881 15.1

write_victim() { write_unwritten "$1" victim; }
