# shellcheck shell=bash disable=SC2034,SC2154
story="closed on one client and opened on the other, to and fro, as in a migration: each sees at once what the other wrote last"
scenario() {
  local name round from=client to=client2 last
  prepare_clients
  for name in a.qcow2 a.raw; do
    must disk $from create "$name" 16M
    commands $from "$name" 'write -P 1 0 1M'
    for round in 2 3 4 5 6; do
      carry_shadow "$name" $from $to
      last=$from from=$to to=$last
      commands $from "$name" "read -P $((round - 1)) 0 64k" "write -P $round 0 64k" "write -P $round ${round}M 1000k" 'discard 64k 64k' \
        "write -P $round 66048 1024"
    done
    judge_disk $from "$name"
  done
  judge_fences
}
