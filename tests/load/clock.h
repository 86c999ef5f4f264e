// The clock everything is measured with: CLOCK_MONOTONIC, which no time server steps.
#pragma once

#include <chrono>

namespace pnfs_load {

using Clock = std::chrono::steady_clock;
using Instant = Clock::time_point;
using Seconds = std::chrono::duration<double>;

// A duration as the reports give it.
inline double in_seconds(Clock::duration duration) {
  return Seconds(duration).count();
}

inline Clock::duration from_seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(Seconds(seconds));
}

}  // namespace pnfs_load
