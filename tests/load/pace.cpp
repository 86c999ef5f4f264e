#include "pace.h"

#include <algorithm>

namespace pnfs_load {

void Stop::request() {
  {
    const std::lock_guard lock(mutex_);
    requested_ = true;
  }
  changed_.notify_all();
}

bool Stop::requested() const {
  const std::lock_guard lock(mutex_);
  return requested_;
}

bool Stop::sleep_until(Instant then) const {
  std::unique_lock lock(mutex_);
  return !changed_.wait_until(lock, then, [&] { return requested_; });
}

bool Pace::turn() {
  due_ = std::max(next_, Clock::now());
  next_ = due_ + interval_;
  return stop_.sleep_until(due_);
}

}  // namespace pnfs_load
