#!/usr/bin/env bats
# The appliance's own scripts, with programs in their place that note how they are called.
scripts=overlays/appliance/usr/lib/pnfs-ha

setup() {
  mkdir "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/credentials"
  tmp=$BATS_TEST_TMPDIR
  program modprobe 'exit 0'
  program getent 'case $2 in san1.example.org) echo "192.0.2.9 STREAM" ;; [0-9a-f]*[.:]*) echo "$2 STREAM" ;; *) exit 2 ;; esac'
  program ip 'case $3 in *.* | *:*) exit 0 ;; esac; exit 2'
  # The portal 192.0.2.1 is down.
  program iscsiadm 'for word; do
    [ "$before" = --portal ] && portal=$word
    [ "$word" = --login ] && login=yes
    before=$word
  done
  case $portal in 192.0.2.1 | *,*) echo "iscsiadm: connection timed out" >&2; exit 8 ;; esac
  [ -z "$login" ] || echo "$portal" >>'"$tmp/logins"
}

program() {
  printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
  chmod +x "$tmp/bin/$1"
}

# logs_in PORTALS LOGIN...: until all that can have been logged in to
logs_in() {
  : >"$tmp/logins"
  echo "$1" >"$tmp/credentials/iscsi.portal"
  PATH=$tmp/bin:$PATH CREDENTIALS_DIRECTORY=$tmp/credentials "$scripts/iscsi-login" 2>"$tmp/said" &
  login=$!
  for _ in $(seq 600); do
    [ "$(sort "$tmp/logins")" = "$(printf '%s\n' "${@:2}" | sort)" ] && break
    sleep 0.1
  done
  diff <(sort "$tmp/logins") <(printf '%s\n' "${@:2}" | sort)
}
ends() { wait $login; }
goes_on() {
  kill -0 $login
  kill $login
}

@test "portals as people write them" {
  logs_in '192.0.2.2' 192.0.2.2 && ends
  logs_in '192.0.2.2:3261 192.0.2.3' 192.0.2.2:3261 192.0.2.3 && ends
  logs_in '192.0.2.2,192.0.2.3' 192.0.2.2 192.0.2.3 && ends
  logs_in '[2001:db8::2]:3260' '[2001:db8::2]:3260' && ends
  logs_in '2001:db8::2' '[2001:db8::2]' && ends
  logs_in 'san1.example.org' san1.example.org && ends
}

@test "a portal that is down keeps no other waiting, and is named once" {
  logs_in '192.0.2.1 192.0.2.2' 192.0.2.2
  sleep 1.5
  goes_on
  [ "$(cat "$tmp/said")" = "portal 192.0.2.1 does not let this server in yet: iscsiadm: connection timed out" ]
}

@test "what is no portal is named" {
  logs_in 'nonsense 192.0.2.2' 192.0.2.2
  goes_on
  [ "$(cat "$tmp/said")" = "portal nonsense does not let this server in yet: no address, or no route to it" ]
}
