#!/usr/bin/env bats
# The command line itself. Every verb that --help tells of is tested, and so is the one that is added next.
load common

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || exit
  PATH=$(dirname "$PNFS_HA"):$PATH
}

# verbs [VERB]: those that --help lists, below VERB.
verbs() { pnfs-ha "$@" --help | awk '/^[^ ].*:$/ { listed = !/^(Options|Positionals):/ } listed && /^  [a-z]/ { print $1 }'; }

# Whatever can be run: "init", "reservation show", ...
commands() {
  local verb below sub
  for verb in $(verbs); do
    below=$(verbs "$verb")
    [ -n "$below" ] || echo "$verb"
    for sub in $below; do echo "$verb $sub"; done
  done
}

options() { pnfs-ha "$@" --help | sed -nE 's/^  (-.,)?(--[a-z-]+).*/\2/p'; }
manual() { pnfs-ha manual cmd/pnfs-ha.8.in >"$BATS_TEST_TMPDIR/pnfs-ha.8"; }
page() { LC_ALL=C.UTF-8 MANWIDTH=200 man -l "$BATS_TEST_TMPDIR/pnfs-ha.8" | col -bx | sed 's/‐/-/g'; }

# complete_after WORD...: what the shell offers as the next word.
complete_after() {
  # shellcheck source=/dev/null
  . overlays/product/usr/share/bash-completion/completions/pnfs-ha
  COMP_WORDS=(pnfs-ha "$@" "") COMP_CWORD=$(($# + 1)) COMPREPLY=()
  _pnfs_ha
  printf '%s\n' "${COMPREPLY[@]}"
}

@test "--help lists the verbs in groups, and no others than verbs.cpp has" {
  [ "$(verbs | wc -l)" -ge 15 ]
  for verb in $(verbs); do grep -q "add_${verb//-/_}\\b" cmd/verbs.cpp; done
  run -0 pnfs-ha --help
  [[ $output == *$'\nLook:\n  status '* ]]
  [[ $output != *$'\n  keep '* && $output != *$'\n  fence '* && $output != *$'\n  manual '* ]]
}

@test "every verb has a --help, which fits a terminal" {
  while read -r command; do
    # shellcheck disable=SC2086 # words
    run -0 pnfs-ha $command --help
    [[ $output == *"--help"* ]]
    [ "$(awk '/^[^ ]/ && last ~ /^ / { print } { last = $0 }' <<<"$output")" = "" ] # a line lies between options and text
    [ "$(awk 'length($0) > 80' <<<"$output" | grep -v '^Usage')" = "" ]
  done < <(commands && verbs)
}

@test "every verb and each of its options is in the manual" {
  manual
  page >"$BATS_TEST_TMPDIR/page"
  while read -r command; do
    grep -qE "^ +pnfs-ha $command( |$)" "$BATS_TEST_TMPDIR/page" # SYNOPSIS
    grep -qE "^ +$command( |$)" "$BATS_TEST_TMPDIR/page"         # COMMANDS
    # shellcheck disable=SC2086 # words
    for option in $(options $command); do
      [ "$option" = --help ] || grep -E "^ +pnfs-ha $command" -A 4 "$BATS_TEST_TMPDIR/page" | grep -qF -- "$option"
    done
  done < <(commands)
}

@test "every key of the configuration is in the manual" {
  manual
  page | sed -n '/^CONFIGURATION/,/^EXIT STATUS/p' >"$BATS_TEST_TMPDIR/page"
  local keys=0 section remedy
  for section in cluster lun vip state nfs server; do
    remedy=$(alone "$(a_server)
      sed -i '0,/^\[\[*$section\]/s/^\[\[*$section\]*/&\nno-such-key = 1/' /etc/pnfs-ha/cluster.toml
      \$pnfs_ha token 2>&1 || true")
    [[ $remedy == *"unknown key 'no-such-key' in [$section]"*"known are: "* ]]
    for key in $(tr -d , <<<"${remedy##*known are: }"); do
      grep -qE "^ +$key = " "$BATS_TEST_TMPDIR/page"
      keys=$((keys + 1))
    done
  done
  [ "$keys" -ge 19 ]
}

@test "man finds nothing wrong with the manual" {
  manual
  run -0 --separate-stderr man --warnings -E UTF-8 -l -Tutf8 -Z "$BATS_TEST_TMPDIR/pnfs-ha.8"
  # shellcheck disable=SC2154 # set by run
  [ "$stderr" = "" ]
  [ "$(grep -cE '@[A-Z]+@' "$BATS_TEST_TMPDIR/pnfs-ha.8")" -eq 0 ]
  run -64 pnfs-ha manual /nowhere
  refused 64 "cannot read /nowhere"
}

@test "the shell completes every verb, and each of its options" {
  diff <({ verbs && options; } | sort) <(complete_after | sort)
  while read -r command; do
    # shellcheck disable=SC2086 # words
    comm -13 <(complete_after $command | sort) <(options $command | sort) | diff /dev/null -
  done < <(commands)
  [[ $(complete_after reservation) == *show*fence* ]]
}

@test "the shell completes values" {
  [[ " $(complete_after plan | paste -sd' ') " == *" format bring_up takeover release renew_standby renew_mirror switchover grow "* ]]
  [[ " $(complete_after maintenance | paste -sd' ') " == *" on off "* ]]
  [[ " $(complete_after init --interface | paste -sd' ') " == *" lo "* ]]
  complete_after client-check --pid | grep -qx $$
  [[ $(complete_after init --name status) == *--lun* ]]
}

@test "check names the package of each program that is missing" {
  run -1 alone "mount -t tmpfs tmpfs /usr/sbin
    \$pnfs_ha check"
  for each in drbdadm:drbd-utils keepalived:keepalived exportfs:nfs-kernel-server mkfs.xfs:xfsprogs; do
    grep -A 1 -E "^failed +program ${each%:*} +not installed" <<<"$output" | grep -qE "^ +apt-get install ${each#*:}$"
  done
}

@test "--version is a version" {
  run -0 pnfs-ha --version
  [[ $output =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "no verb, an unknown verb, an unknown option of any verb: usage errors" {
  while read -r words; do
    # shellcheck disable=SC2086 # words
    run -64 pnfs-ha $words
    [[ $output == *"--help"* ]]
  done < <(printf '%s\n' "" explode --explode "plan tomorrow" && commands | sed 's/$/ --explode/')
}

@test "init, join and notify say which option is missing" {
  run -64 pnfs-ha init --name demo --lun /dev/sdz --vip 10.0.0.100/24
  [[ $output == *"--interface is required"* ]]
  run -64 pnfs-ha join
  [[ $output == *"address is required"* ]]
  run -64 pnfs-ha notify INSTANCE
}

@test "values out of range are refused" {
  run -64 pnfs-ha init --name demo --lun /dev/sdz --vip 10.0.0.100/24 --interface lo --router-id 256
  [[ $output == *"--router-id: is 256, not one of 1..255"* ]]
  run -64 pnfs-ha join 10.0.0.11 --token x --port many
  [[ $output == *"--port"* ]]
  run pnfs-ha init --name demo --lun /dev/sdz --vip 10.0.0.300/24 --interface lo
  refused 64 "--vip: '10.0.0.300/24' is no address"
}

# What a verb needs beside its name.
declare -gA needed=([init]="--name demo --lun /dev/sdz --vip 10.0.0.100/24 --interface lo"
  [join]="127.0.0.1 --port 1 --token x" ["reservation fence"]=0x1)

@test "only status, plan, notify and client-check are for everybody" {
  program=$BATS_TEST_TMPDIR/pnfs-ha
  cp "$PNFS_HA" "$program"
  chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." "$program"
  nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$program" "$@"; }
  while read -r command; do
    # shellcheck disable=SC2086 # words
    run nobody $command ${needed[$command]:-}
    refused 64 "only root can do this"
  done < <(commands | grep -vxE 'status|plan|notify|client-check')
  run -0 nobody plan
  run -0 nobody --version
}
