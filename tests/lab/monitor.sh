# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# Talking to QEMU's monitor. Sourced, never run.

# monitor GUEST COMMAND: one command of the human monitor, by way of QMP, whose replies have an end.
monitor() {
  local guest=$1 reply
  need_running "$guest"
  reply=$(qmp "$guest" "$(jq -nc --arg line "$2" '{execute: "human-monitor-command", arguments: {"command-line": $line}}')" |
    jq -r '.return // .error.desc')
  reply=${reply//$'\r'/}
  case $reply in
    '') ;;
    Error* | *'unknown command'*) die "$guest: monitor command '$2' failed: ${reply%$'\n'}" "lab list; lab console $guest" ;;
    *) echo "$reply" ;;
  esac
}

# guest_state GUEST: running, paused, ... as QEMU calls it; or off.
guest_state() {
  is_running "$1" || {
    echo off
    return
  }
  qmp "$1" '{"execute": "query-status"}' | jq -r '.return.status'
}

# qmp GUEST REQUEST: prints the reply. Events may come before it.
qmp() {
  local socket line request
  socket="$(guest_dir "$1")/qmp"
  coproc QMP { exec socat - "UNIX-CONNECT:$socket" 2>/dev/null; }
  request=${QMP[1]}
  printf '%s\n' '{"execute": "qmp_capabilities"}' "${2%\}}, \"id\": \"lab\"}" >&"$request"
  while read -r -t 300 -u "${QMP[0]}" line; do
    if [[ $line = *'"id": "lab"'* ]]; then
      echo "$line"
      break
    fi
  done
  exec {request}>&-
}
