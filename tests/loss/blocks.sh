# shellcheck shell=bash disable=SC2154 # variables of the scenario
# A file's blocks of 4 KiB, by number, as the server's map tells. Sourced, never run.

# file_map SERVER FILE
file_map() { on "$1" "sync; filefrag -v \$(findmnt -n -o TARGET -t xfs)/export/$2"; }

# blocks_of SERVER FILE: their numbers on the LUN.
blocks_of() { file_map "$@" | sed -n 's/^ *[0-9]*: *[0-9]*\.\. *[0-9]*: *\([0-9]*\)\.\. *\([0-9]*\):.*/seq \1 \2/p' | bash; }

# written_blocks SERVER FILE: of those that are written, their numbers within the file.
written_blocks() {
  file_map "$@" | grep -v unwritten | sed -n 's/^ *[0-9]*: *\([0-9]*\)\.\. *\([0-9]*\):.*/seq \1 \2/p' | bash
}
