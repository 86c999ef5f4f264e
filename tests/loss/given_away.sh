# shellcheck shell=bash disable=SC2154 # variables of loss and of the scenario
# The ways in which nfsd gives away what a client has not returned. Sourced, never run.

# give_away WAY plain|refused: a file's blocks, of which a holder has a layout, become another file's. Refused: for 5 s after it
# could be done, the LUN refuses the PREEMPT AND ABORT.
give_away() {
  local way=$1 key line limit=10
  enter "$way, PREEMPT AND ABORT $2"
  line="$way fenced $(holder_options "$way")"
  start_holders "$line"
  wait_told 30 layout "$way"
  register_holders "$way"
  blocks_of mds1 "recalls/$way" >"$dir/$way.blocks"
  [[ -s $dir/$way.blocks ]] || problem "$way: its file has no blocks: this tests nothing"
  prepare_"${way/-/_}"
  key=$(on client2 "sed -n 's/.*\"key\":\"\(0x[0-9a-f]*\)\".*/\1/p' /root/recalls/$way.json")
  has_key "$key" || problem "$way: fenced before anybody wanted its blocks"
  start_capture
  [[ $2 = plain ]] || refuse_preempt
  trigger_"${way/-/_}"
  want_blocks "$way"
  [[ $2 = plain ]] || allow_preempt_after_refusal "$way" "$key"
  [[ $way != unanswered ]] || limit=60 # two leases; the others have no time left
  wait_for "$limit" files_are_free "$way" || problem "$way: somebody waits for its blocks for more than $limit s"
  ! has_key "$key" || problem "$way: was not fenced"
  inherit "$way"
  take_capture "$dir/$way.capture"
  judge_capture "$way" "$2"
}

# inherit WAY: small files, until none is free; earlier heirs stay, so that it is the victim's blocks. XFS keeps free blocks
# elsewhere for itself, and takes of these what is next to an inode only as long as little is asked for at once.
inherit() {
  on_limit=300 on client "for n in {1..200}; do
      dd if=/dev/urandom of=$recalls/heir-$1-\$n bs=64k count=1 oflag=direct conv=fsync status=none || break
    done"
}

holder_options() {
  case $1 in
    unanswered) echo "--length $((4 * mib)) --sequence none" ;;
    lease-over) echo "--length $((4 * mib)) --mute" ;;
    *) echo "--length $((4 * mib))" ;;
  esac
}

prepare_unanswered() { :; }
trigger_unanswered() { :; }

prepare_lease_over() { wait_for 60 client_is courtesy lease-over || problem "its lease is never over"; }
trigger_lease_over() { :; }

# The same owner with another verifier (RFC 8881 18.35.4, case 5): it has started anew. It may open something when the server
# has taken note of that.
prepare_replaced() { :; }
trigger_replaced() {
  on client2 "systemd-run --quiet --collect --property=StandardOutput=file:/root/recalls/successor.json \
    pnfs-holder $vip recalls/other --owner replaced --instance 1"
  wait_told 10 asked successor
}

prepare_expired() { :; }
# The writer waits until it is done.
trigger_expired() {
  on mds1 "cd \$(dirname \$($(info_of expired))) && systemd-run --quiet --collect sh -c \"echo expire >\$PWD/ctl\""
}

# An administrator takes every state of the file system away (nfsd_admin_revoke): the last way, for it takes all clients' layouts.
prepare_unlocked() { :; }
trigger_unlocked() { on mds1 'findmnt -n -o TARGET -t xfs >/proc/fs/nfsd/unlock_filesystem'; }

# client_is STATUS OWNER
client_is() { on mds1 "$(info_of "$2") | xargs grep -q 'status: $1'"; }
info_of() { echo "grep -l '\"nfs41-probe $1\"' /proc/fs/nfsd/clients/*/info"; }

has_key() { on client2 "/root/holders keys" | grep -q "$1"; }

# Under a key that is not the server's own every PERSISTENT RESERVE OUT is refused: RESERVATION CONFLICT (SPC-4 6.14.3). Only
# nfsd takes its key from the parameter; what the agent asks the LUN, and all I/O, goes on. (To delay one command in the SAN
# would hold up all that follow it on the connection, and nobody could get the blocks whatever nfsd does.)
refuse_preempt() {
  server_key=$(on mds1 cat "$key_parameter")
  on mds1 "echo 0xbad >$key_parameter"
}
key_parameter=/sys/module/nfsd/parameters/mds_pr_key

allow_preempt_after_refusal() {
  wait_for 60 was_refused || problem "$1: no PREEMPT AND ABORT was refused: this tests nothing"
  sleep 5
  has_key "$2" || problem "$1: was fenced although the LUN refuses it: this tests nothing"
  ! files_are_free "$1" || problem "$1: its blocks are free although it is not fenced"
  on mds1 "echo $server_key >$key_parameter"
}
was_refused() { on san 'grep -q "target_cmd_complete.*RESERVATION.CONFLICT.* CDB 5f 05" /sys/kernel/tracing/trace'; }

judge_capture() {
  local fenced wrote
  fenced=$(preempted "$dir/$1.capture" GOOD)
  wrote=$(first_write "$dir/$1.capture" "$dir/$1.blocks")
  [[ $fenced ]] || problem "$1: no PREEMPT AND ABORT in the capture"
  [[ $wrote ]] || problem "$1: nobody got its blocks: this tests nothing"
  [[ $2 = plain || $(preempted "$dir/$1.capture" RESERVATION_CONFLICT) ]] || problem "$1: no refusal in the capture"
  [[ ! $wrote ]] || not_before "${wrote%% *}" "${fenced:-${wrote%% *} + 1}" || problem "$1: ${wrote##* } wrote to its blocks before it was fenced"
  echo "$1, $2: fenced at ${fenced:-never}, its blocks written to at $wrote"
}

mib=$((1024 * 1024))

# fill_lun: but for less than a MiB, and what XFS keeps for itself.
fill_lun() {
  on mds1 "cd \$(findmnt -n -o TARGET -t xfs)/export && fallocate -l \$((\$(df -B1 --output=avail . | tail -n 1) - $((16 * mib)))) ballast
    for ((n = 0; n < 32; ++n)); do fallocate -l $mib ballast-\$n 2>/dev/null || break; done; sync"
}

give_all_away() {
  local ways=(unanswered lease-over replaced expired unlocked) way
  on client "mkdir -p $recalls && fallocate -l 64k $recalls/other && sync $recalls/other"
  for way in "${ways[@]}"; do on client "fallocate -l $((4 * mib)) $recalls/$way && sync $recalls/$way"; done
  fill_lun
  for way in "${ways[@]}"; do give_away "$way" "$1"; done
  note "${#ways[@]} ways"
}
