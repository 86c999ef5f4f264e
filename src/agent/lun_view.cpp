#include "agent/lun_view.h"

#include <algorithm>

#include "server/validity.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::minutes remembered(1);

}  // namespace

void LunView::told(ReservationState state, Host::Duration now) {
  // Of two in a row the shorter one: what comes late after a silence is no slow LUN.
  const Answer answer{now, std::min(state.took, took_before_)};
  took_before_ = state.took;
  while (!slowest_.empty() && slowest_.back().took <= answer.took) slowest_.pop_back();
  while (!slowest_.empty() && slowest_.front().at < now - remembered) slowest_.pop_front();
  slowest_.push_back(answer);
  last_ = std::move(state);
}

std::optional<ReservationState> LunView::current(Host::Duration now) const {
  const bool valid = last_ && last_->asked_at + Validity::of_latency(latency(now)) > now;
  return valid ? last_ : std::nullopt;
}

Host::Duration LunView::latency(Host::Duration now) const {
  for (const Answer& answer : slowest_)
    if (answer.at >= now - remembered) return answer.took;
  return Host::Duration(0);
}

}  // namespace pnfs_ha
