// keepalived's VRRP instance on one server, and the election between two (RFC 9568, keepalived.conf.in).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "server/election.h"

namespace pnfs_ha::outage {

struct World;
struct Node;

struct Keepalived {
  using Duration = std::chrono::milliseconds;

  // advert_int 1, priority 100: three intervals and the skew time, which who serves does not wait
  static constexpr Duration master_down_after{3600};
  static constexpr Duration skew{600};
  // track_process with terminate_delay 5
  static constexpr Duration process_missed_for{5000};

  Vrrp state = Vrrp::unknown;  // it does not run
  Duration heard_at{0};        // an advertisement, or something that counts as one
  std::optional<Duration> agent_gone_since;
  std::optional<Duration> restarts_at;  // it was killed
};

// Time has passed: who is elected.
void elect(World& world);

}  // namespace pnfs_ha::outage
