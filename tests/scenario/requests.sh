# shellcheck shell=bash disable=SC2154 # variables of the scenario
# What clients send through the server instead of to the LUN. Sourced, never run.

watch_requests() { # GUEST...
  local guest
  for guest in "$@"; do
    lab put "$guest" "$lab_root/tests/scenario/requests" /root/
    on "$guest" /root/requests watch
  done
}

# judge_direct GUEST: it has had layouts since watch_requests, and nothing went through the server.
judge_direct() {
  on "$1" '/root/requests counted || true' >"$dir/$1.direct"
  jq -e '.direct_io and .layoutget_delta > 0' "$dir/$1.direct" >/dev/null ||
    problem "$1 does not read and write directly, this tests nothing: $(jq -c . "$dir/$1.direct")"
}

# judge_requests GUEST: what went through the server is less than a page, or ends within one, and each request is known.
judge_requests() {
  local whole counted
  on "$1" '/root/requests list' >"$dir/$1.requests"
  counted=$(on "$1" '/root/requests counted' | jq '.read_delta + .read_plus_delta + .write_delta')
  whole=$(grep -v "$refcount_table" "$dir/$1.requests" | awk '$3 % 4096 == 0 && $4 % 4096 == 0' | tee "$dir/$1.whole-pages" | wc -l)
  [[ $whole = 0 ]] || problem "$1: $whole requests of whole pages through the server, the first: $(head -n 1 "$dir/$1.whole-pages")"
  [[ $counted = "$(wc -l <"$dir/$1.requests")" ]] || problem "$1: $counted requests through the server, $(wc -l <"$dir/$1.requests") of them known"
  note "$1 sent $counted parts of pages through the server"
}

# QEMU reads the table of a qcow2 as it opens it into memory that is not aligned to pages: no layout driver can do that.
refcount_table='^read [^ ]*\.qcow2 65536 65536$'
