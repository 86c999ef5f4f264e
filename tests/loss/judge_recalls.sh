# shellcheck shell=bash disable=SC2154 # variables of loss and of the scenario
# What has become of the holders of $dir/recalls. Sourced, never run. Times are of three guests' clocks, which agree to a
# second or two on a busy host.

told() { jq -rs "[.[] | select(.what == \"$2\")] | $3 // empty" "$dir/recalls/$1.json"; }
# not_before A B: sums of seconds.
not_before() { jq -ne "($1) >= ($2)" >/dev/null; }

lease=15 # of the lab's cluster

# key_gone NAME: when its key was first missing. last_seen NAME: when it was last there.
key_of() { told "$1" layout '.[0].key'; }
key_gone() {
  awk -v key="$(key_of "$1")" 'index($0, key) { seen = 1 } !index($0, key) && seen { print $1; exit }' "$dir/recalls/keys"
}
last_seen() {
  awk -v key="$(key_of "$1")" 'index($0, key) { last = $1 } END { print last == "" ? 0 : last }' "$dir/recalls/keys"
}

# judge_case NAME OUTCOME: see recalls.sh for the outcomes.
judge_case() {
  local name=$1 began ended gone returned
  { read -r began && read -r ended; } <"$dir/recalls/$name.truncated" || {
    problem "$name: its file was not truncated"
    return
  }
  gone=$(key_gone "$name")
  returned=$(told "$name" returned '.[0].began')
  judge_"$2"
  judge_stateids "$name"
  gone=${gone:+fenced after $(since "$began" "$gone") s, }
  echo "$name: $2, $(told "$name" recall length) recalls, ${gone}blocks free after $(since "$began" "$ended") s"
}

judge_unfenced() { [[ ! $gone ]] || problem "$name: fenced $(since "$began" "$gone") s after its blocks were wanted"; }

judge_kept() {
  judge_unfenced
  [[ $(told "$name" returned '.[0].status') = 0 ]] || problem "$name: could not return its layout"
  not_before "$ended" "${returned:-0} - 2" ||
    problem "$name: its blocks were given away $(since "$ended" "$returned") s before it began to return them"
}

judge_unknown() {
  judge_unfenced
  not_before "$began + 10" "$ended" || problem "$name: its blocks were free only after $(since "$began" "$ended") s"
}

judge_asked() {
  judge_unknown
  [[ $(told "$name" returned '.[0].status') = 0 ]] || problem "$name: could not return its layout"
  (($(told "$name" recall length) > 0)) || problem "$name: was not asked whether it has forgotten what it returned"
}

judge_fenced() {
  [[ $gone ]] || {
    problem "$name: was not fenced"
    return
  }
  not_before "$gone" "$began + 2 * $lease - 1" || problem "$name: fenced after $(since "$began" "$gone") s, too early"
  not_before "$began + 2 * $lease + 10" "$gone" || problem "$name: fenced after $(since "$began" "$gone") s, too late"
  not_before "$ended" "$(last_seen "$name")" || problem "$name: its blocks were given away before it was fenced"
}

since() { jq -n --argjson a "$1" --argjson b "${2:-0}" '($b - $a) * 10 | round / 10'; }

# RFC 8881 12.5.3: a recall counts as one more operation on the layout, its repetition does not; after OLD_STATEID there is
# nothing to repeat. (A callback that is sent again, for its answer was late, has the previous number of the slot; so has the next
# one after a CB_SEQUENCE that was refused.) A LAYOUTRETURN in between counts as well: the client is asked again by the stateid of
# its reply.
# 2.10.6.3: it names the LAYOUTGET that it follows.
judge_stateids() {
  jq -es '
    (map(select(.what == "layout"))[0].seqid) as $layout
    | (map(select(.what == "asked")) | last | {session, slot, sequence}) as $call
    | any(.[]; .what == "returned") as $returned
    | map(select(.what == "recall"))
    | all(.[]; .referring == [$call])
      and (length == 0 or .[0].seqid == $layout + 1 or ($returned and .[0].seqid == $layout + 2))
      and all(range(1; length) as $i | [.[$i - 1], .[$i]];
        (.[1].seqid - .[0].seqid) as $step
        | ((.[0].answer | type) == "object" and .[0].answer.sequence != 0) as $refused
        | if .[0].cb_sequence == .[1].cb_sequence and ($refused | not) then $step == 0
          elif (.[0].answer | type) == "object" and .[0].answer.sequence == 0 and .[0].answer.recall == 10024
          then $step == 1 or ($returned and $step == 2)
          else $step == 0 or $step == 1 or ($returned and $step == 2) end)' "$dir/recalls/$1.json" >/dev/null ||
    problem "$1: its recalls have wrong stateids or refer to the wrong call"
}

# judge_part NAME: who reads a part of a hole is told of that part only: its first block, as pnfs-holder asks by default.
judge_part() {
  local told
  told=$(told "$1" layout '.[0] | "\(.offset)+\(.length)"')
  [[ $told = 0+4096 ]] || problem "$1: asked for a hole's first block, it was told of $told"
}

# judge_cases CASES
judge_cases() {
  local name outcome rest
  while read -r name outcome rest; do
    judge_case "$name" "$outcome"
    [[ " $rest " != *" --read "* ]] || judge_part "$name"
  done <<<"$1"
}
