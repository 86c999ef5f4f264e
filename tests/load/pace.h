// The rhythm of a loop, and the word that ends it.
#pragma once

#include <condition_variable>
#include <mutex>

#include "clock.h"

namespace pnfs_load {

// Said once, heard by every loop, sleeping or not.
class Stop {
 public:
  void request();
  bool requested() const;
  // Sleeps until then; false as soon as a stop is requested.
  bool sleep_until(Instant then) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool requested_ = false;
};

// One turn each interval. Turns an operation overslept are dropped, not made up for in a burst.
class Pace {
 public:
  Pace(const Stop& stop, Clock::duration interval) : stop_(stop), interval_(interval), next_(Clock::now()) {}

  // Waits for the next turn; false when it is time to stop.
  bool turn();
  // When the turn that began last was due.
  Instant due() const { return due_; }

 private:
  const Stop& stop_;
  Clock::duration interval_;
  Instant next_;
  Instant due_{};
};

}  // namespace pnfs_load
