# shellcheck shell=bash disable=SC2154 # variables of the scenario
# What the SAN was asked and what it answered, in its own order: the kernel's trace events of its target, of PERSISTENT RESERVE
# OUT (5f), WRITE (2a, 8a) and REPORT LUNS (a0: who asks that has booted). Sourced, never run.

start_capture() {
  on san 'set -e
    mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
    cd /sys/kernel/tracing
    echo 8192 >buffer_size_kb
    for event in target_sequencer_start target_cmd_complete; do
      echo "opcode == 0x5f || opcode == 0x2a || opcode == 0x8a || opcode == 0xa0" >events/target/$event/filter
      echo 1 >events/target/$event/enable
    done
    echo >trace'
}

# take_capture FILE: what came since it was started or taken: TIME asked|answered INITIATOR STATUS CDB, a line each.
take_capture() {
  on san 'cd /sys/kernel/tracing && cat trace && echo >trace' >"$1.raw"
  sed -n -E -e 's/^.* ([0-9.]+): target_sequencer_start: [^ ]*:(\w+) .* CDB ([0-9a-f ]*).*/\1 asked \2 - \3/p' \
    -e 's/^.* ([0-9.]+): target_cmd_complete: [^ ]*:(\w+) .* status (.*) \(sense.* CDB ([0-9a-f ]*).*/\1 answered \2 \3 \4/p' \
    "$1.raw" | sed 's/RESERVATION CONFLICT/RESERVATION_CONFLICT/; s/CHECK CONDITION/CHECK_CONDITION/' >"$1"
}

# preempted CAPTURE STATUS: when the first PREEMPT AND ABORT (SPC-4 6.14: 5f 05) of a server was answered so.
preempted() { awk -v status="$2" '$2 == "answered" && $4 == status && $5 == "5f" && $6 == "05" { print $1; exit }' "$1"; }

# first_write CAPTURE BLOCKS: when anybody first asked to write to one of these blocks of 4 KiB, by number, a line each; and who.
first_write() {
  awk '
    function number(from, count,  value, i) {
      for (i = from; i < from + count; i++)
        value = value * 256 + (index("0123456789abcdef", substr($i, 1, 1)) - 1) * 16 + index("0123456789abcdef", substr($i, 2, 1)) - 1
      return value
    }
    NR == FNR { blocks[$1]; next }
    $2 != "asked" || $5 !~ /^[28]a$/ { next }
    {
      first = $5 == "8a" ? number(7, 8) : number(7, 4)
      length_ = $5 == "8a" ? number(15, 4) : number(12, 2)
      for (block = int(first / 8); block * 8 < first + length_; block++)
        if (block in blocks) { print $1, $3; exit }
    }' "$2" "$1"
}

# done_by CAPTURE GUEST: what it did to the LUN until it booted again: its PERSISTENT RESERVE OUT and WRITE that were answered GOOD.
done_by() {
  awk -v guest="$2" '$3 == guest && $5 == "a0" { exit } $3 == guest && $2 == "answered" && $4 == "GOOD"' "$1"
}
