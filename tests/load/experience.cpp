#include "experience.h"

#include <algorithm>

namespace pnfs_load {

void Experience::begin(const char* operation, Instant now) {
  const std::lock_guard lock(mutex_);
  running_ = Operation{operation, now, {}, false};
}

void Experience::end(Instant now) {
  const std::lock_guard lock(mutex_);
  finish(now);
}

void Experience::end_failed(int error_number, const std::string& detail, Instant now) {
  const std::lock_guard lock(mutex_);
  if (!running_) return;
  ++failures_;
  if (failure_list_.size() < list_limit) {
    failure_list_.push_back({running_->name, running_->start, error_number, detail});
  }
  finish(now);
}

void Experience::end_repeated(Instant now) {
  const std::lock_guard lock(mutex_);
  if (running_) ++repeats_;
  finish(now);
}

void Experience::finish(Instant now) {
  if (!running_) return;
  const Operation ended{running_->name, running_->start, now - running_->start, true};
  running_.reset();
  ++operations_;
  latencies_.add(ended.lasted);
  if (!longest_ || ended.lasted > longest_->lasted) longest_ = ended;
  if (ended.lasted > stall_limit) {
    ++stalls_;
    remember_stall(ended);
  }
}

void Experience::remember_stall(const Operation& stall) {
  if (stall_list_.size() < list_limit) {
    stall_list_.push_back(stall);
    return;
  }
  const auto shortest =
      std::min_element(stall_list_.begin(), stall_list_.end(),
                       [](const Operation& a, const Operation& b) { return a.lasted < b.lasted; });
  if (shortest->lasted >= stall.lasted) return;
  stall_list_.erase(shortest);
  stall_list_.push_back(stall);
}

Summary Experience::summary(Instant now) const {
  const std::lock_guard lock(mutex_);
  Summary result{operations_,
                 failures_,
                 failure_list_,
                 repeats_,
                 stalls_,
                 stall_list_,
                 longest_,
                 running_,
                 latencies_.quantile(0.50),
                 latencies_.quantile(0.99)};
  if (result.running) {
    Operation& running = *result.running;
    running.lasted = now - running.start;
    // An operation that still hangs is the worst stall of all: whoever reads only `longest` must see it.
    if (!result.longest || running.lasted > result.longest->lasted) result.longest = running;
    if (running.lasted > stall_limit) {
      ++result.stalls;
      result.stall_list.push_back(running);
    }
  }
  return result;
}

}  // namespace pnfs_load
