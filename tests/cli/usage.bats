#!/usr/bin/env bats
# The command line itself.
load common

@test "--help lists every verb" {
  run -0 "$PNFS_HA" --help
  for verb in init join token status plan check client-check switchover agent notify; do
    [[ $output == *$'\n'"  $verb "* ]]
  done
}

@test "every verb has a --help" {
  for verb in init join token status plan check client-check switchover agent notify; do
    run -0 "$PNFS_HA" "$verb" --help
  done
}

@test "--version is a version" {
  run -0 "$PNFS_HA" --version
  [[ $output =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "no verb, an unknown verb, an unknown option: usage errors" {
  for words in "" "explode" "--explode" "status --explode" "plan tomorrow" "init --explode"; do
    # shellcheck disable=SC2086 # words
    run -64 "$PNFS_HA" $words
    [[ $output == *"--help"* ]]
  done
}

@test "init, join and notify say which option is missing" {
  run -64 "$PNFS_HA" init --name demo --lun /dev/sdz --vip 10.0.0.100/24
  [[ $output == *"--interface is required"* ]]
  run -64 "$PNFS_HA" join 10.0.0.11
  [[ $output == *"--token is required"* ]]
  run -64 "$PNFS_HA" notify INSTANCE
}

@test "numbers out of range are refused" {
  run -64 "$PNFS_HA" init --name demo --lun /dev/sdz --vip 10.0.0.100/24 --interface lo --router-id 256
  [[ $output == *"--router-id"* ]]
  run -64 "$PNFS_HA" join 10.0.0.11 --token x --port many
  [[ $output == *"--port"* ]]
}

@test "what changes something is for root only" {
  program=$BATS_TEST_TMPDIR/pnfs-ha
  cp "$PNFS_HA" "$program"
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." "$program"
  nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$program" "$@"; }
  for words in "init --name demo --lun /dev/sdz --vip 10.0.0.100/24 --interface lo" \
    "join 127.0.0.1 --port 1 --token x" "token" "check" "switchover" "agent"; do
    # shellcheck disable=SC2086 # words
    run nobody $words
    refused 64 "only root can do this"
  done
  run -0 nobody plan
  run -0 nobody --version
}
