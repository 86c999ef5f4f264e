# shellcheck shell=bash disable=SC2034,SC2154
story="random operations on both clients, the power of the active cut at a random moment; both from the seed"
scenario() {
  local tenths
  echo "seed $seed"
  RANDOM=$seed
  tenths=$((10 + RANDOM % 60))
  start_writers write_random_scripts
  sleep $((tenths / 10)).$((tenths % 10))
  lab power-cut mds1
  enter "cut after $tenths tenths of a second; wait for recovery"
  wait_for 60 recovered mds2 || problem "mds2 does not serve"
  wait_at end 120
  finish
}
