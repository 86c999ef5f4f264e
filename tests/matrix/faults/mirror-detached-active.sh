# shellcheck shell=bash disable=SC2034,SC2154
story="the active's mirror loses its ramdisk"
active_after=either
hold=10
healthy_limit=60
inject() { on mds1 drbdsetup detach 0 --force; }
