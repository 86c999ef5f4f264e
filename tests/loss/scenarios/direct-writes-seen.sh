# shellcheck shell=bash disable=SC2034,SC2154
story="a client reads a file through the server while another one has a layout of it and writes it directly: after the fsync() it reads what was written"
# Reads of less than a sector go through the server, whose pages of the file nothing but a LAYOUTCOMMIT can throw away here: the
# writer has its layout and asks for no other one.
scenario() {
  local before
  file="$mount_point/seen"
  watch_requests client
  fill A
  # Nobody gets a delegation, and the layout stays.
  on client "systemd-run --quiet --collect --unit=opener sh -c 'exec 3<>$file; sleep 600'"
  wait_for 20 on client 'systemctl is-active --quiet opener' || problem "nobody keeps the file open"
  fill B
  reads B
  before=$(layoutgets)
  fill C
  [[ $(layoutgets) = "$before" ]] || problem "client asked for another layout: this tests nothing"
  reads C
  judge_direct client
  on client 'systemctl stop opener'
}

fill() {
  on_limit=120 on client "tr '\0' $1 </dev/zero | dd of=$file bs=4k count=16 iflag=fullblock oflag=direct conv=notrunc,fsync status=none" ||
    problem "client cannot write"
}

layoutgets() { on client "pnfs-load mountstats --json $mount_point" | jq .operations.LAYOUTGET; }

# reads LETTER
reads() {
  local other
  other=$(on client2 "dd if=$file bs=100 iflag=direct status=none | tr -d $1 | wc -c")
  ((other == 0)) || problem "client2 reads $other bytes that are not what client has written: $1"
}
