# shellcheck shell=bash disable=SC2034,SC2154
story="the reply to a client's READ does not arrive while another client writes that file directly: no error, and who reads through the server sees what was written"
# Until somebody acknowledges it the reply refers to pages of the server's cache, and XFS cannot throw those away (-EBUSY). Reads
# of less than a page go through the server.
scenario() {
  local file="$mount_point/busy" old
  fill A
  on client "systemd-run --quiet --collect --unit=opener sh -c 'exec 3<>$file; sleep 600'" # nobody gets a delegation
  on client2 "dd if=$file bs=512 count=1 iflag=direct status=none >/dev/null"
  enter "the reply does not arrive"
  on mds1 "nft 'table ip lost { chain replies { type filter hook output priority 0; ip daddr $(address client2 lan) tcp sport 2049 drop; } }'"
  on client2 "systemd-run --quiet --collect --unit=reader dd if=$file bs=512 count=1 skip=1 iflag=direct"
  wait_for 20 reply_is_on_its_way || problem "no reply to client2 is on its way: this tests nothing"
  fill B || problem "client cannot write"
  reply_is_on_its_way || problem "the reply to client2 is gone: this tests nothing"
  old=$(on client "dd if=$file bs=512 count=128 iflag=direct status=none | tr -d B | wc -c")
  ((old == 0)) || problem "client reads $old bytes of before through the server"
  on mds1 'nft delete table ip lost'
  on client 'systemctl stop opener'
}

fill() { on_limit=120 on client "tr '\0' $1 </dev/zero | dd of=$file bs=4k count=16 iflag=fullblock oflag=direct conv=notrunc,fsync status=none"; }
reply_is_on_its_way() { on mds1 "ss -Htn 'sport = :2049 and dst = $(address client2 lan)'" | awk '{ sent += $3 } END { exit sent < 512 }'; }
