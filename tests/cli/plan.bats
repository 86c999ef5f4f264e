#!/usr/bin/env bats
# `pnfs-ha plan` is the product's table of contents.
load common

@test "plan prints the eight steps" {
  "$PNFS_HA" plan | diff "$BATS_TEST_DIRNAME/plan.golden" -
}

@test "plan of one sequence is its part of the whole" {
  for sequence in format bring_up takeover release renew_standby renew_mirror switchover grow; do
    "$PNFS_HA" plan "$sequence"
  done | diff "$BATS_TEST_DIRNAME/plan.golden" -
}

@test "every one of the eight steps is in the plan" {
  for step in 1 2 3 4 5 6 7 8; do
    grep -q "($step)\$" "$BATS_TEST_DIRNAME/plan.golden"
  done
}
