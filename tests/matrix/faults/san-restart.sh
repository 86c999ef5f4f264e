# shellcheck shell=bash disable=SC2034,SC2154
story="the SAN's target restarts and still knows its registrations"
# Whether mds1 stays or not: initiators need some seconds to log in again.
active_after=either
hold=5
direct_limit=30
metadata_limit=45
inject() {
  stop_target
  start_target
}
