// The fencer: a process of its own beside the agent, on the active only. It removes the registrations of
// clients that did not come back after a takeover, a few at a time, and until the last of them is gone it has
// nfsd keep every block. A PREEMPT AND ABORT may take a second, or for ever: neither the agent, which renews
// the gate, nor the keeper waits for one.
#pragma once

#include <map>
#include <optional>

#include "agent/fencing.h"
#include "config/cluster_config.h"
#include "history/fence_report.h"
#include "server/start_seconds.h"

namespace pnfs_ha {

class Fencer {
 public:
  static constexpr std::chrono::seconds pause{1};  // between two rounds, and between two looks at least
  // In the grace period: whoever wants to remove something waits for its end, and then for this.
  static constexpr std::chrono::milliseconds short_pause{250};
  static constexpr std::size_t victims_a_round = 4;
  static constexpr std::size_t fenced_kept = 32;

  Fencer(Host& host, const ClusterConfig& config);

  enum class Next { pause, short_pause, at_once };

  // Throws what went wrong, having fenced nobody on the strength of it; the next round may be better.
  Next round();

 private:
  void begin(const NfsState& nfs);
  void look(const NfsState& nfs);
  std::vector<StaleRegistration> victims() const;
  Next fence(const std::vector<StaleRegistration>& victims);
  void forget_previous_keys(const ReservationState& lun, const KeyOwners& owners);
  void tell();

  Host& host_;
  NfsServer nfs_;
  Reservation reservation_;
  StartSeconds starts_;
  KeyJournal keys_;
  std::optional<Host::Duration> term_;  // NfsState::started
  NfsdStart present_;
  Host::Duration looked_at_{0};
  std::map<pr::Key, Host::Duration> seen_since_;  // stale registrations: in every look since that one
  std::map<pr::Key, int> attempts_;
  FenceReport report_;  // its stale registrations: at the last look
  std::optional<FenceReport> written_;
  bool told_ = true;  // the report could be written
};

}  // namespace pnfs_ha
