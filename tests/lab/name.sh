# shellcheck shell=bash disable=SC2034 # who sources this uses its variables
# Which lab this is, and where it is kept: also for the tests, which read its guests' consoles. Sourced, never run.
#
#   PNFS_HA_LAB_NETNS          the network namespace, and with it the lab's name: two labs with two names do not meet
#   PNFS_HA_LAB_CLIENT_KERNEL  the clients' kernel: 6.1 (Debian 12) or backports (Debian 13's), instead of the image's own. Such a
#                              lab has a name of its own, for a snapshot holds the kernel with the clients' memory
#   PNFS_HA_LAB_SERVERS        debian: the servers are somebody's Debian 13 (tests/debian/machine), not the appliance; a lab of its own, too

client_kernel="${PNFS_HA_LAB_CLIENT_KERNEL:-}"
# of_client_kernel: what the names of all have in common that is of clients with another kernel.
of_client_kernel="${client_kernel:+-$client_kernel}"
server_kind="${PNFS_HA_LAB_SERVERS:-}"
of_server_kind="${server_kind:+-$server_kind}"
lab_name="${PNFS_HA_LAB_NETNS:-pnfs-ha-lab}$of_client_kernel$of_server_kind"
lab_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/lab/$lab_name"
