# shellcheck shell=bash disable=SC2034
story="the link between the mirrors is cut, and healed"
quick=yes
active_after=mds1
hold=10
metadata_limit=8
inject() { lab link mds2 rep down; }
heal() { lab link mds2 rep up; }
check() { require "mds1 rebooted" not_rebooted mds1; }
