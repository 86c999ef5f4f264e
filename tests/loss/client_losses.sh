# shellcheck shell=bash disable=SC2034,SC2154 # variables of loss and of the scenario
# What the clients' own kernel loses (the table client-losses), and the verdict on it. Sourced, never run.

# expected_blocks FILE: of this scenario and the clients' kernel, a number a line. A scenario or a kernel that the table does not
# have is a problem, not a pass.
expected_blocks() {
  local scenario blocks first last step
  scenario=$(basename "$dir")
  blocks=$(awk -v key="${scenario%%-[0-9]*} ${client_kernel:-image} $1" '$1 " " $2 " " $3 == key { print $4 }' "$here/client-losses")
  case $blocks in
    '') problem "client-losses has no line for $scenario, kernel ${client_kernel:-image}, $1" ;;
    nothing) ;;
    *)
      IFS=-/ read -r first last step <<<"$blocks"
      seq "$first" "${step:-1}" "$last"
      ;;
  esac
}

# judge_losses FILE: standard input has the blocks that are lost, a number a line.
judge_losses() {
  sort -n >"$dir/$1.lost"
  expected_blocks "$1" >"$dir/$1.expected"
  cmp -s "$dir/$1.lost" "$dir/$1.expected" || problem "$1: Linux $(on client uname -r) has lost the blocks '$(as_ranges "$dir/$1.lost")', not '$(as_ranges "$dir/$1.expected")'"
  note "$(wc -l <"$dir/$1.lost") blocks lost by the client, as expected of its kernel"
}

# as_ranges FILE: the beginning and the end of it are enough for people.
as_ranges() { awk 'NR == 1 { first = $1 } { last = $1 } END { if (NR) printf "%d of them from %d to %d", NR, first, last }' "$1"; }

# A client of which the LUN has refused writes although nobody died, nor wanted its blocks, has thrown its registration away.
declare -A through_server=()

# judge_registrations, after note_conflicts: with a kernel that does not do that, it is a problem. With one that does, that client
# is in through_server.
judge_registrations() {
  local guest may count
  may=$(awk -v kernel="${client_kernel:-image}" '$1 == "registration" && $2 == kernel { print $3 }' "$here/client-losses")
  [[ $may ]] || problem "client-losses does not say whether the kernel ${client_kernel:-image} keeps its registration"
  for guest in "${clients[@]}"; do
    count=$(new_conflicts "$guest")
    ((count > 0)) || continue
    if [[ $may = may-be-lost ]]; then
      through_server[$guest]=yes
      note "$guest lost its registration, as its kernel does: $count writes refused"
    else
      problem "$guest lost its registration: $count writes refused"
    fi
  done
}
