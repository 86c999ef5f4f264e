// For how long clients may be served on the strength of what the LUN told: a server that was preempted, and hangs, answers
// for so long. A second, where the LUN answers within 0.7 s; on a slower one longer than an answer takes, or the gate
// would be shut in between. A longer one is declared on the mirror before it is used, and the next active waits it out.
#pragma once

#include <optional>

#include "host/host.h"

namespace pnfs_ha {

class Validity {
 public:
  static constexpr std::chrono::seconds shortest{1};
  // A LUN whose answers need longer than this allows for is silent.
  static constexpr std::chrono::seconds longest{12};
  static constexpr const char* file = "/var/lib/nfs/nfsdcld/pnfs-ha-validity";

  static Host::Duration of_latency(Host::Duration latency);

  explicit Validity(Host& host);

  // All need the mirror mounted.
  Host::Duration declared() const;  // by whoever was active last
  // What may be used of what is wanted. More is declared first, and used when it is asked for again and the other
  // servers' copies of the mirror have it still (heard); less is declared as soon as no gate is open by more.
  // Where it cannot be declared, what has been.
  Host::Duration agree(Host::Duration wanted, bool heard);
  void withdraw();  // nobody is served any more

 private:
  void declare(Host::Duration time);

  Host& host_;
  std::optional<Host::Duration> declared_;  // by this process
  Host::Duration heard_{shortest};          // what the others' copies say for certain
  Host::Duration used_{0};
  Host::Duration longer_until_{0};  // a gate may be open by more than what is used now
};

}  // namespace pnfs_ha
