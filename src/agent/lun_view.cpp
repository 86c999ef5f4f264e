#include "agent/lun_view.h"

#include <algorithm>

#include "server/validity.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::minutes remembered(1);

}  // namespace

void LunView::told(ReservationState state, Host::Duration now) {
  measure(state, now);
  if (state.asked_at >= changed_at_) last_ = std::move(state);
}

// Of two in a row the shorter one: what comes late after a silence is no slow LUN. Nor are two that were asked for one
// after the other and come at once: they have waited for the end of one silence.
void LunView::measure(const ReservationState& state, Host::Duration now) {
  const Host::Duration came_at = state.asked_at + state.took;
  const bool at_once = came_at - came_before_ < (state.asked_at - asked_before_) / 2;
  const Answer answer{now, at_once ? Host::Duration(0) : std::min(state.took, came_before_ - asked_before_)};
  asked_before_ = state.asked_at;
  came_before_ = came_at;
  while (!slowest_.empty() && slowest_.back().took <= answer.took) slowest_.pop_back();
  while (!slowest_.empty() && slowest_.front().at < now - remembered) slowest_.pop_front();
  slowest_.push_back(answer);
}

void LunView::changed(Host::Duration now) {
  changed_at_ = now;
  last_.reset();
}

bool LunView::is_silent(Host::Duration now) const {
  return !current(now) && changed_at_ + Validity::of_latency(latency(now)) <= now;
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
