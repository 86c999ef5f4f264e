# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# The lab on one page: its guests, its networks, who is where. Sourced, never run.
#
#            mgmt 10.77.9.0/24  ssh from the host, never cut by a test
#            lan  10.77.0.0/24  clients and servers; the cluster's VIP is 10.77.0.100
#            rep  10.77.1.0/24  between the servers
#            san  10.77.2.0/24  iSCSI
#
# Every guest has all four cards. One without an address stays down.

guests=(san mds1 mds2 client client2)
networks=(mgmt lan rep san)

declare -A subnet=([mgmt]=10.77.9 [lan]=10.77.0 [rep]=10.77.1 [san]=10.77.2)
declare -A host_number=([san]=2 [mds1]=11 [mds2]=12 [client]=21 [client2]=22)
declare -A role=([san]=san [mds1]=server [mds2]=server [client]=client [client2]=client)

declare -A networks_of=([san]="mgmt san" [server]="mgmt lan rep san" [client]="mgmt lan san")
declare -A image_of=([san]=lab [server]="${server_kind:-pnfs-ha}" [client]="lab$of_client_kernel")
# What vmlinuz and initrd are named after.
declare -A kernel_of=([san]="" [server]="$of_server_kind" [client]="$of_client_kernel")
declare -A root_of=([san]=PARTLABEL=pnfs-ha-root [server]=PARTLABEL=pnfs-ha-root [client]=PARTLABEL=pnfs-ha-root)
declare -A memory_of=([san]=512 [server]=768 [client]=512)
# A server of its owner's has an ordinary root, a disk with packages, and builds a kernel module.
declare -A packages_of=([san]="" [server]="" [client]="")
if [[ $server_kind = debian ]]; then
  root_of[server]=LABEL=debian-root memory_of[server]=1280 packages_of[server]=debian-packages
fi
# The SAN and the clients are not what is tested: a server's burst of work must not look like a slow disk or client.
# (Two busy servers on two cores: a client's slowest 4 KiB read took 188 ms without this, 70 ms with it.)
declare -A nice_of=([san]=-5 [server]=0 [client]=-5)

iqn_prefix=iqn.2026-01.org.example
portal=10.77.2.2:3260
lun_size=4G

is_guest() { [[ -v "host_number[${1:-}]" ]]; }

need_guest() {
  is_guest "${1:-}" || die "there is no guest named '${1:-}'" "one of: ${guests[*]}"
}

need_network() {
  [[ -v "subnet[${1:-}]" ]] || die "there is no network named '${1:-}'" "one of: ${networks[*]}"
}

has_address() { [[ " ${networks_of[${role[$1]}]} " = *" $2 "* ]]; }
address() { echo "${subnet[$2]}.${host_number[$1]}"; }

# The digits are those of the address, to be recognised in a capture.
mac() {
  local last_byte=${subnet[$2]##*.}
  printf '52:54:00:77:%02d:%02d' "$last_byte" "${host_number[$1]}"
}

host_mac() { printf '52:54:00:77:%02d:01' "${subnet[$1]##*.}"; }

tap() { echo "$1-$2"; }
