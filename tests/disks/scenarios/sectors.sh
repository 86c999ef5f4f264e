# shellcheck shell=bash disable=SC2034,SC2154
story="direct reads that begin within a page and cross the end of an extent: wrong in stock clients, and just so wrong as docs/clients.md says"
scenario() {
  prepare_clients
  must disk client create a.raw 4M
  commands client a.raw 'write -P 1 0 64k' 'write -P 3 128k 64k' flush 'read -P 1 60k 4k' 'read -P 0 64k 64k' 'read -P 3 128k 4k'
  # 1536 zero bytes, then 2560 of the second write.
  judge_read writeback 129536 1536 0 || problem "what is not written is not zero, even through the page cache"
  judge_read writeback 131072 2560 3 || problem "what is written is not there, even through the page cache"
  judge_read none 132608 4096 3 || problem "a read that begins within a page and stays in one extent is wrong"
  if judge_read none 129536 4096 0; then
    note "client $(on client uname -r) takes the whole page for what its first sector is"
  elif [[ $(on client uname -r) = 6.12.* ]]; then
    problem "the client's fault is not there any more: docs/clients.md must say so"
  fi
  judge_disk client a.raw
  judge_fences_of client
}

# judge_read CACHE OFFSET LENGTH PATTERN
judge_read() { on client "qemu-io -r -t $1 -f raw -c 'read -P $4 $2 $3' $mount_point/disks/a.raw" >>"$dir/qemu-io" 2>&1; }
