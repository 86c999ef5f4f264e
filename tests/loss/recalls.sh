# shellcheck shell=bash disable=SC2154 # variables of loss and of the scenario
# What a client may answer to a recall of its layout, and what must become of it then. Sourced, never run.

# Those that RFC 8881 15.3 allows to CB_LAYOUTRECALL and CB_SEQUENCE; `none` and `garbage` it allows to nobody.
recall_answers=(OK DELAY OLD_STATEID BADHANDLE BADIOMODE BADXDR INVAL NOTSUPP OP_NOT_IN_SESSION REP_TOO_BIG
  REP_TOO_BIG_TO_CACHE REQ_TOO_BIG RETRY_UNCACHED_REP TOO_MANY_OPS UNKNOWN_LAYOUTTYPE WRONG_TYPE)
sequence_answers=(BADSESSION BADSLOT BADXDR BAD_HIGH_SLOT CONN_NOT_BOUND_TO_SESSION DELAY REP_TOO_BIG
  REP_TOO_BIG_TO_CACHE REQ_TOO_BIG RETRY_UNCACHED_REP SEQUENCE_POS SEQ_FALSE_RETRY SEQ_MISORDERED TOO_MANY_OPS
  none garbage)

# both_ways PREFIX OPTION ANSWER...: NAME OUTCOME OPTION... of pnfs-holder, for a client that gives this answer for ever.
#   kept     it returns the layout within two leases: it is not fenced
#   fenced   it never does: it is fenced after two leases
#   unknown  it says that it has no such layout: it is not fenced, and nobody waits
#   asked    it returned its layout before anybody wanted the blocks: it was asked whether it has forgotten them, and nobody waits
both_ways() {
  local answer name
  for answer in "${@:3}"; do
    name=$(tr '[:upper:]_' '[:lower:]-' <<<"$1$answer")
    echo "$name-returned kept $2 $answer --return-after 20"
    echo "$name-never fenced $2 $answer"
  done
}

recall_cases() {
  both_ways '' --answer "${recall_answers[@]}"
  cat <<'TEXT'
nomatching-layout unknown --answer NOMATCHING_LAYOUT
bad-stateid unknown --answer BAD_STATEID
returned-unasked asked --return-unasked
delay-thrice kept --answer DELAY --times 3 --return-after 4
old-stateid-once kept --answer OLD_STATEID --times 1 --return-after 4
reader kept --read --return-after 4
TEXT
}

sequence_cases() {
  both_ways sequence- --sequence "${sequence_answers[@]}"
  echo "sequence-delay-thrice kept --sequence DELAY --times 3 --return-after 4"
}

recalls="$mount_point/recalls" # a file a case

# start_holders CASES: clients on client2, for files that the other client made.
start_holders() {
  enter "start $(wc -l <<<"$1") holders"
  lab put client "$here/holders" /root/
  lab put client2 "$here/holders" /root/
  cut -d' ' -f1 <<<"$1" | on client "mkdir -p $recalls && cd $recalls && xargs -n 1 fallocate -l 64k && sync ."
  on client2 "/root/holders start $vip recalls" <<<"$1"
}

# names CASES [OUTCOME]
names() { sed -n "s/^\([^ ]*\) ${2:-.*} .*/\1/p" <<<"$1" | paste -sd' '; }

# wait_told SECONDS WHAT NAME...
wait_told() {
  wait_for "$1" on client2 "/root/holders told ${*:2}" || problem "not told: $(on client2 "/root/holders told ${*:2}")"
}

register_holders() {
  enter "they register"
  on client2 "/root/holders register $*" || problem "the holders cannot register"
  # By the clock of the client that truncates: those of two guests differ.
  on client "mkdir -p /root/recalls; systemctl start --quiet holder-watch 2>/dev/null || systemd-run --quiet --collect --unit=holder-watch \
    --property=StandardOutput=append:/root/recalls/keys /root/holders watch"
}

want_blocks() {
  enter "the other client wants the blocks"
  on client "/root/holders truncate $recalls $*"
}

# gather: what has happened, into $dir/recalls.
gather() {
  local guest
  mkdir -p "$dir/recalls"
  for guest in client client2; do on "$guest" 'tar -C /root/recalls -c .' | tar -C "$dir/recalls" -x; done
  : >>"$dir/recalls/keys"
}

# recall_all CASES: all at once, for two leases are long.
recall_all() {
  local all
  all=$(names "$1")
  start_holders "$1"
  wait_told 60 layout "$all"
  register_holders "$all"
  want_blocks "$all"
  wait_for 90 files_are_free "$all" || problem "somebody waits for blocks for ever"
  enter judge
  gather
  judge_cases "$1"
  note "$(wc -l <<<"$1") answers"
}

# The second line is the end.
files_are_free() { on client "cd /root/recalls && for name in $1; do (("'$(wc -l <$name.truncated) == 2)) || exit 1; done'; }
