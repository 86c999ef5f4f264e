# shellcheck shell=bash disable=SC2034,SC2154
story="the reply to a client's READ does not arrive while another client writes that file directly: no error, and who reads through the server sees what was written"
# Until somebody acknowledges it the reply refers to pages of the server's cache, and XFS cannot throw those away (-EBUSY). Reads
# of less than a sector go through the server.
scenario() {
  local file="$mount_point/busy" peer old
  peer=$(on client2 "ip -4 -o addr show eth1" | awk '{ sub("/.*", "", $4); print $4 }')
  fill A
  on client "systemd-run --quiet --collect --unit=opener sh -c 'exec 3<>$file; sleep 600'" # nobody gets a delegation
  on client2 "systemd-run --quiet --collect --unit=reader sh -c \
    'exec <$file; until [ -e /root/go ]; do sleep 0.1; done; dd bs=100 count=1 iflag=direct of=/dev/null'"
  sleep 2
  enter "the reply does not arrive"
  on mds1 "nft 'table ip lost { chain replies { type filter hook output priority 0; ip daddr $peer tcp sport 2049 drop; }; }'"
  on client2 'touch /root/go'
  wait_for 20 reply_is_on_its_way || problem "no reply to client2 is on its way: this tests nothing"
  watch_requests client
  fill B || problem "client cannot write"
  judge_direct client
  reply_is_on_its_way || problem "the reply to client2 is gone: this tests nothing"
  old=$(on client "dd if=$file bs=100 iflag=direct status=none | tr -d B | wc -c")
  ((old == 0)) || problem "client reads $old bytes of before through the server"
  on mds1 'nft delete table ip lost'
  on client 'systemctl stop opener'
}

fill() { on_limit=120 on client "tr '\0' $1 </dev/zero | dd of=$file bs=4k count=16 iflag=fullblock oflag=direct conv=notrunc,fsync status=none"; }
reply_is_on_its_way() { on mds1 "ss -Htno 'sport = :2049 and dst $peer'" | tee -a "$dir/connections" | awk '{ sent += $3 } END { exit sent < 100 }'; }
