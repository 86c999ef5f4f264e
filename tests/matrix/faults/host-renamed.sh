# shellcheck shell=bash disable=SC2034,SC2154
story="the active gets another host name, and its agent is started again: it serves on, and lets go when it is asked to"
active_after=mds1
active_at_end=mds2
hold=15
metadata_limit=15
inject() {
  agent=$(main_pid mds1 pnfs-ha-agent)
  on mds1 'hostnamectl set-hostname renamed.example.com && sleep 2 && systemctl kill -s KILL pnfs-ha-agent'
}
settled() { replaced mds1 pnfs-ha-agent "$agent" && serves mds1; }
calm() {
  on_limit=60 on mds1 pnfs-ha switchover >"$dir/switchover" || problem "cannot switch over: $(tail -n 1 "$dir/switchover")"
  wait_for 60 serves mds2 || problem "mds2 does not serve"
}
check() { require "mds1 rebooted" not_rebooted mds1; }
