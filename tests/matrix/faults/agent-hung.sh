# shellcheck shell=bash disable=SC2034,SC2154
story="the active's agent hangs: its gate shuts, systemd's watchdog kills it, the next one goes on"
quick=yes
active_after=either
hold=15
recover_limit=75
inject() {
  agent=$(main_pid mds1 pnfs-ha-agent)
  on mds1 kill -STOP "$agent"
}
# A hung agent says what was true before.
settled() { replaced mds1 pnfs-ha-agent "$agent" && serves either; }
