# shellcheck shell=bash disable=SC2154 # variables of scale and of the scenario
# Many registrations and many clients, all on client2. Sourced, never run.

iqn=iqn.2026-01.org.example # tests/lab/topology.sh
road="--portal 10.77.2.2 --target $iqn:san --initiator $iqn:client2"

# register_keys FILE: each line's key, by a session of its own, one after the other.
register_keys() {
  enter "register $(wc -l <"$1") keys"
  on_limit=1800 on client2 "pnfs-registrations register $road" <"$1" >"$dir/registered" 2>&1 ||
    problem "client2 cannot register: $(tail -n 1 "$dir/registered")"
  echo "registered: $(tail -n 1 "$dir/registered")"
}

# known_keys: what the LUN has. (LIO's configfs tells of a page of registrations only.)
known_keys() { on client2 "pnfs-registrations list $road" | sort; }

# are_known FILE WORDS: the problem if one of these keys is not.
are_known() {
  local missing
  known_keys >"$dir/known"
  missing=$(sort "$1" | comm -23 - "$dir/known" | wc -l)
  [[ $missing = 0 ]] || problem "$missing of $(wc -l <"$1") keys are not registered $2"
}

# make_files COUNT: one for each client, with blocks to have a layout of.
make_files() {
  enter "make $1 files"
  on_limit=300 on mds1 "cd \$(findmnt -n -o TARGET -t xfs)/export && mkdir crowd && cd crowd &&
    seq -f c%04.0f $1 | xargs -n 1 fallocate -l 64k && sync -f ." || problem "mds1 cannot make the files"
}

start_crowd() { # COUNT
  enter "start $1 clients"
  lab put client2 "$here/crowd" /root/
  on client2 "/root/crowd start $vip crowd $1"
  wait_for 600 have_told "$1" layout 0 || problem "only $(count_told layout 0) of $1 clients have a layout: $(why_not)"
}

# count_told WHAT SECONDS: how many clients have told of it since that second. The guest counts: it has other things to do than to
# send a long file twice a second.
count_told() { on client2 "/root/crowd count $1 $2"; }
have_told() { (($(count_told "$2" "$3") >= $1)); }

# told WHAT SECONDS: the lines themselves, of what fetch_crowd has fetched. The last one may not be whole.
told() { jq -R -c --arg what "$1" --argjson since "$2" 'fromjson? | select(.what == $what and .time >= $since)' "$dir/crowd.json"; }
fetch_crowd() { on client2 cat /root/crowd.json >"$dir/crowd.json"; }
why_not() {
  fetch_crowd
  echo "$(on client2 'systemctl is-active crowd; tail -n 1 /root/crowd.error' | paste -sd' ');" \
    "$(told refused 0 | jq -r '"\(.operation) \(.status)"' | sort | uniq -c | sort -rn | head -n 3 | paste -sd, | tr -s ' ')"
}

# keys_since SECONDS: that the clients were given, the last one of each.
keys_since() { told layout "$1" | jq -s -r 'group_by(.client)[] | last.key'; }

# judge_crowd COUNT: what became of them since $crashed.
judge_crowd() {
  local refused
  keep back "$(jq -R -n -c --argjson crashed "$crashed" '
    [inputs | fromjson? | select(.time >= $crashed and .what != "refused")] | group_by(.what) | map({key: .[0].what, value:
      (group_by(.client) | map((map(.time) | min) - $crashed) | sort
        | {clients: length, first_s: .[0], median_s: .[length / 2 | floor], last_s: .[-1]} | map_values(. * 100 | round / 100))})
    | from_entries' "$dir/crowd.json")"
  refused=$(told refused "$crashed" | jq -r '"\(.operation) \(.status)"' | sort | uniq -c | paste -sd, | tr -s ' ')
  [[ ! $refused ]] || problem "clients were refused (operation and nfsstat4):$refused"
  keep lost_before "$(told lost 0 | jq -s --argjson crashed "$crashed" 'map(select(.time < $crashed)) | length')"
  [[ $(kept .lost_before) = 0 ]] || note "$(kept .lost_before) times a client lost its server before the crash: $(told lost 0 | jq -r .why | sort | uniq -c | sort -rn | head -n 1)"
  note "back after the crash, the median and the last: answered $(spread answered), reclaimed $(spread reclaimed), opened $(spread opened), layout $(spread layout)"
}
spread() { kept ".back.$1 | if . then \"\(.median_s)/\(.last_s) s\" else \"never\" end"; }
