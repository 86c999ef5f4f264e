# shellcheck shell=bash disable=SC2034,SC2154
story="the SAN's target restarts and has forgotten all registrations: the LUN is open until the active takes it again"
active_after=either
hold=5
# A client whose key is gone writes through the server, and registers again 120 s later.
direct=no
direct_limit=45
metadata_limit=45
inject() {
  stop_target
  forget_registrations
  start_target
}
check() { require "nobody holds the LUN's reservation" is_reserved; }
