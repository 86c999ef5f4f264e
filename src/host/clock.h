#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "host/part.h"

namespace pnfs_ha {

class Clock : public Part {
 public:
  using Duration = std::chrono::milliseconds;

  virtual Duration uptime() const = 0;          // CLOCK_BOOTTIME
  virtual std::int64_t wall_clock() const = 0;  // seconds since the epoch
  virtual void sleep(Duration time) = 0;

  // Asks until `done` says yes, soon again at first, later every 100 ms. Answers no after `limit`.
  template <typename Predicate>
  bool wait_until(Predicate done, Duration limit) {
    const Duration end = uptime() + limit;
    for (Duration pause(3); !done(); pause = std::min(2 * pause, Duration(100))) {
      if (uptime() >= end) return false;
      sleep(std::min(pause, end - uptime()));
    }
    return true;
  }
};

}  // namespace pnfs_ha
