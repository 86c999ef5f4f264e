# shellcheck shell=bash disable=SC2034,SC2154
story="a recall comes before the client has looked at the reply to its LAYOUTGET: it names that call, and the client waits"
scenario() {
  local all="crossing kept --read-late 8 --return-after 12"
  start_holders "$all"
  wait_told 30 asked crossing
  wait_for 10 on mds1 "grep -q 'type: layout' /proc/fs/nfsd/clients/*/states" || problem "it has no layout: this tests nothing"
  want_blocks crossing
  wait_for 60 files_are_free crossing || problem "somebody waits for blocks for ever"
  enter judge
  gather
  judge_cases "$all"
  # Without the name of the call it would have said NFS4ERR_NOMATCHING_LAYOUT, and used the layout later on.
  jq -es 'map(select(.what == "recall"))[0].answer == {sequence: 10008, recall: 0}
    and (map(.what) | index("recall") < index("layout"))' "$dir/recalls/crossing.json" >/dev/null ||
    problem "the recall did not cross the reply, or the client could not tell"
}
