// The durations of any number of operations in constant memory: counted in buckets a sixteenth of a power of
// two wide, so a quantile is at most 6 % above the truth and never below it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "clock.h"

namespace pnfs_load {

class Latencies {
 public:
  void add(Clock::duration duration);

  // The duration that a share q (0 to 1) of the operations did not exceed; absent if there were none.
  std::optional<Clock::duration> quantile(double q) const;

 private:
  std::array<std::uint64_t, 976> buckets_{};  // of microseconds; the last holds 2^64-1
  std::uint64_t count_ = 0;
  Clock::duration longest_{};
};

}  // namespace pnfs_load
