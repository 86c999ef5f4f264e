# shellcheck shell=bash disable=SC2034,SC2154 # the parts share their variables
# What a guest is told: systemd credentials, one file each in GUEST/credentials, handed over by SMBIOS. Sourced, never run.

write_credentials() {
  local guest=$1 network dir
  dir="$(guest_dir "$guest")/credentials"
  mkdir -p "$dir"
  printf '%s' "$guest" >"$dir/system.hostname"
  cat "$(ssh_key).pub" >"$dir/ssh.authorized_keys.root"
  for network in "${networks[@]}"; do
    network_file "$guest" "$network" >"$dir/network.network.10-$network"
    # A card has its network's name, but for the one that nobody names: it has a predictable one.
    [[ $network = mgmt ]] || printf '[Match]\nPermanentMACAddress=%s\n[Link]\nName=%s\n' \
      "$(mac "$guest" "$network")" "$network" >"$dir/network.link.10-$network"
  done
  [[ ${role[$guest]} = san ]] || {
    printf '%s' "$iqn_prefix:$guest" >"$dir/iscsi.initiatorname"
    printf '%s' "$portal" >"$dir/iscsi.portal"
  }
}

network_file() {
  printf '[Match]\nMACAddress=%s\n' "$(mac "$1" "$2")"
  if has_address "$1" "$2"; then
    printf '[Network]\nAddress=%s/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n' "$(address "$1" "$2")"
    # The lab's own side of that network: the servers' witness.
    [[ $2 != lan ]] || printf 'Gateway=%s.1\n' "${subnet[lan]}"
  else
    printf '[Link]\nUnmanaged=yes\n'
  fi
}

credential_options() {
  local file
  for file in "$(guest_dir "$1")"/credentials/*; do
    printf '%s\n' -smbios "type=11,value=io.systemd.credential.binary:${file##*/}=$(base64 -w0 "$file")"
  done
}
