# shellcheck shell=bash disable=SC2034,SC2154
story="QUIET minutes of disks and exercisers on both clients, then TROUBLE minutes with a crash or a switchover every 20 to 120 s"
by_name=only
# shellcheck source=tests/disks/disks.sh
. "$here/../disks/disks.sh"
# shellcheck source=tests/loss/long.sh
. "$here/long.sh"

scenario() {
  local quiet=${QUIET:-60} trouble=${TROUBLE:-120}
  progress "seed $seed: $quiet minutes quiet, then $trouble minutes of trouble"
  start_everything
  stay_quiet "$quiet"
  make_trouble "$trouble"
  progress "stop, and compare every byte"
  stop_everything
  judge_everything
  sum_up
}
