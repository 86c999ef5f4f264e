# shellcheck shell=bash disable=SC2154 # variables of loss
# Scripts of random operations, always the same for the same seed. Sourced, never run.

writers_a_client=4
operations=400
blocks=1024 # of 4 KiB, the size a file may have

# roll N: a random number below N, in $rolled. (No subshell: it would have a generator of its own.)
roll() { rolled=$(((RANDOM << 15 | RANDOM) % $1)); }

# write_random_scripts DIRECTORY GUEST
write_random_scripts() {
  local n
  RANDOM=$((seed * 2 + ${#2})) # of the guest's name: another one for each client
  for ((n = 1; n <= writers_a_client; ++n)); do
    if ((n % 2)); then way=buffered random_script >"$1/random-$n.script"; else way=mapped random_script | without_direct >"$1/random-$n.script"; fi
  done
}

# One file is written directly or through a mapping, not both ways: an NFS client does not write mapped pages back before a
# direct write to the same place, and later overwrites it with them (open(2), O_DIRECT: "should avoid mixing").
without_direct() { sed 's/^write direct/write buffered/; s/^pause.*/&\nwriteback/'; }

# One fsync in at most a hundred operations: stock clients of 6.12 lose ranges beyond the 255th of one LAYOUTCOMMIT, crash or
# not.
random_script() {
  local i size=0 offset length end since=0
  for ((i = 0; i < operations; ++i)); do
    roll $((blocks - 64)) && offset=$((rolled * 4096))
    roll 32 && length=$(((rolled + 1) * 4096))
    end=$((offset + length))
    roll 100
    if ((++since > 90)); then rolled=75; fi
    case $rolled in
      [0-9] | [1-3][0-9]) echo "write direct $offset $length" ;;
      4[0-9]) offset=$((size / 4096 * 4096)) end=$((offset + length)) && echo "write direct $offset $length" ;;
      5[0-9] | 6[0-4]) echo "write buffered $((offset + 1000)) $((length - 1000))" ;;
      6[5-9]) echo writeback && end=0 ;;
      7[0-9]) echo fsync && end=0 since=0 ;;
      8[0-6]) echo "allocate $offset $length" ;;
      8[7-9]) echo "punch $offset $length" && end=0 ;;
      9[0-2]) echo "truncate $((end - 77))" && size=$((end - 77)) end=0 ;;
      9[3-6]) ((end <= size)) && echo "write $way $((offset + 5)) $((length - 5))" || end=0 ;;
      *) roll 200 && echo "pause $rolled" && end=0 ;;
    esac
    ((end <= size)) || size=$end
  done
  echo fsync
}
