# shellcheck shell=bash disable=SC2034
story="the active's agent is killed: the next one finds its server serving and goes on"
quick=yes
active_after=mds1
hold=8
metadata_limit=8
inject() {
  agent=$(main_pid mds1 pnfs-ha-agent)
  on mds1 kill -KILL "$agent"
}
check() {
  require "mds1: the agent was not started again" replaced mds1 pnfs-ha-agent "$agent"
  require "mds1 rebooted" not_rebooted mds1
}
