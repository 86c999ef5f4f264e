#pragma once

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

  // Asks every 100 ms until `done` says yes. Answers no after `limit`.
  template <typename Predicate>
  bool wait_until(Predicate done, Duration limit) {
    const Duration end = uptime() + limit;
    while (!done()) {
      if (uptime() >= end) return false;
      sleep(Duration(100));
    }
    return true;
  }
};

}  // namespace pnfs_ha
