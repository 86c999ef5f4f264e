// What the LUN told last, for as long as it may be gone by, and how long its answers take.
#pragma once

#include <deque>
#include <optional>

#include "server/reservation.h"

namespace pnfs_ha {

class LunView {
 public:
  void told(ReservationState state, Host::Duration now);
  void forget() { last_.reset(); }  // it said something else since
  // This server changed something there: what was asked for before says nothing of that, whenever it comes.
  void changed(Host::Duration now);

  // nullopt: what it told is too old, so it does not answer.
  std::optional<ReservationState> current(Host::Duration now) const;
  // Nor is it too early for an answer to what was asked since that change.
  bool is_silent(Host::Duration now) const;
  // The longest of the last minute that two answers in a row have taken.
  Host::Duration latency(Host::Duration now) const;

 private:
  struct Answer {
    Host::Duration at, took;
  };

  void measure(const ReservationState& state, Host::Duration now);

  std::optional<ReservationState> last_;
  Host::Duration changed_at_{0};
  Host::Duration asked_before_{0}, came_before_{0};  // the answer before
  std::deque<Answer> slowest_;                       // each slower than those after it
};

}  // namespace pnfs_ha
