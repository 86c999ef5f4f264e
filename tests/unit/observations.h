// What an agent may see: observations to begin with, and changes to them.
#pragma once

#include <chrono>
#include <functional>

#include "decision.h"

namespace pnfs_ha::observed {

const MirrorState synced = {"Connected", "Secondary", "Secondary", "UpToDate", "UpToDate"};
const MirrorState split = {"StandAlone", "Secondary", "Unknown", "UpToDate", "DUnknown"};
const MirrorState without_peer = {"WFConnection", "Primary", "Unknown", "UpToDate", "DUnknown"};
const std::set<pr::Key> nfsd_of_the_other = {nfsd_key, serving_key(2)};

inline Observation active() {
  Observation seen;
  seen.role = Role::active;
  seen.vrrp = Vrrp::master;
  seen.lun_present = true;
  seen.access = Access::read_write;
  seen.reservation = ReservationState{.registrations = {},
                                      .holder = Holder::self,
                                      .type = pr::Type::exclusive_access_registrants_only,
                                      .own_key = serving_key(1),
                                      .serving_elsewhere = {}};
  seen.mirror = synced;
  seen.mirror.role = "Primary";
  seen.nfs.running = true;
  seen.nfs.tracked = true;
  seen.vip_present = true;
  return seen;
}

inline Observation standby() {
  Observation seen;
  seen.role = Role::standby;
  seen.vrrp = Vrrp::backup;
  seen.lun_present = true;
  seen.access = Access::read_only;
  seen.reservation = ReservationState{.registrations = {},
                                      .holder = Holder::peer,
                                      .type = pr::Type::exclusive_access_registrants_only,
                                      .own_key = standby_key(1),
                                      .serving_elsewhere = {}};
  seen.mirror = synced;
  seen.mirror.peer_role = "Primary";
  return seen;
}

inline Observation silent(Observation seen, Observation::Duration since) {
  seen.reservation.reset();
  seen.lun_silent_for = since;
  return seen;
}

inline Observation joining() {
  Observation seen;
  seen.lun_present = true;
  return seen;
}

inline Observation failed() {
  Observation seen = standby();
  seen.role = Role::out_of_service;
  return seen;
}

inline Observation but(Observation seen, const std::function<void(Observation&)>& change) {
  change(seen);
  return seen;
}

using Seen = Observation&;
using namespace std::chrono_literals;

inline Observation elected() {
  return but(standby(), [](Seen s) { s.vrrp = Vrrp::master; });
}

// A cold start; the other server, which served last, has not been seen for this long.
inline Observation blank_alone(std::chrono::seconds time) {
  return but(elected(), [&](Seen s) {
    s.mirror = {"WFConnection", "Secondary", "Unknown", "Inconsistent", "DUnknown", true};
    s.peer_gone_for = time;
  });
}

inline auto silent_for(std::chrono::seconds time) {
  return [time](Seen s) {
    s.reservation.reset();
    s.lun_silent_for = time;
  };
}

}  // namespace pnfs_ha::observed
