# shellcheck shell=bash disable=SC2034,SC2154
story="one fsync() of 300 separate ranges of an allocated file, nobody dies: what the client's kernel loses of them is what the table says"
# The client itself still believes all of it: the server's map tells, and so does the other client.
scenario() {
  start_on client write_many
  wait_for 90 on client "/root/writers/writers written" || problem "client has not written: $(stragglers)"
  on client "/root/writers/writers failed" || problem "a writer met an error"
  enter judge
  unwritten_ranges >"$dir/unwritten"
  judge_losses many <"$dir/unwritten"
  [[ $(seen_by_other) = "$(wc -l <"$dir/unwritten")" ]] || problem "client2 sees other blocks as zeros than the server's map says"
  on client "/root/writers/writers signal end; /root/writers/writers stop" || true
}

ranges=300

# Every second block.
write_many() {
  local i
  {
    printf '%s\n' "allocate 0 $((ranges * 8192))" fsync
    for ((i = 0; i < ranges; ++i)); do echo "write direct $((i * 8192)) 4k"; done
    printf '%s\n' fsync 'wait /run/writers/end'
  } >"$1/many.script"
}

# unwritten_ranges: those of the blocks that were written which the server does not know as such.
unwritten_ranges() {
  written_blocks mds1 writers-client/many >"$dir/written"
  seq 0 2 $((2 * ranges - 2)) | grep -vxF -f "$dir/written" || true
}

# seen_by_other: how many of the written blocks are nothing but zeros.
seen_by_other() {
  on client2 "for ((i = 0; i < $ranges; ++i)); do
    dd if=$(files_of client)/many bs=4096 skip=\$((i * 2)) count=1 iflag=direct status=none | tr -d '\0' | head -c 1 | wc -c
  done" | grep -c '^0$' || true
}
