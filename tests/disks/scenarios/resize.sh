# shellcheck shell=bash disable=SC2034,SC2154
story="disks grow and shrink: what is new is zero, what is left is as it was"
scenario() {
  local how
  prepare_clients
  # A qcow2 that ends within a cluster shows the rest of it as it was when it grows again: QEMU's way, on any file system.
  grow_and_shrink a.qcow2 $((8 * 1024 * 1024 - 65536))
  grow_and_shrink a.raw $((8 * 1024 * 1024 - 1536))
  for how in full falloc; do
    must disk client create "$how.raw" 8M -o "preallocation=$how"
    commands client "$how.raw" 'read -P 0 0 8M' 'write -P 5 1M 1M' 'write -P 6 4M 4k' 'discard 1M 64k' flush
    judge_disk client "$how.raw"
  done
  judge_fences_of client
}

# grow_and_shrink NAME TO
grow_and_shrink() {
  must disk client create "$1" 8M
  commands client "$1" 'write -P 1 7M 1M' 'write -P 2 0 64k' flush
  must disk client resize "$1" 16M
  commands client "$1" 'read -P 1 7M 1M' 'read -P 0 8M 8M' 'write -P 3 12M 1M' flush
  judge_disk client "$1"
  must disk client resize "$1" "$2"
  must disk client resize "$1" 16M
  commands client "$1" 'read -P 1 7M 900k' 'read -P 0 8M 4M' 'write -P 4 8M 64k' flush
  judge_disk client "$1"
}
