// Threads that may hang: started together, waited for with a limit, and left behind if they do not come back.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "clock.h"

namespace pnfs_load {

class Crew {
 public:
  // The work outlives this object if it hangs: it must refer only to what lives until the process ends.
  void start(std::function<void()> work);

  // True once all have come back.
  bool wait_until(Instant limit);

 private:
  struct Count {
    std::mutex mutex;
    std::condition_variable changed;
    int working = 0;
  };
  std::shared_ptr<Count> count_ = std::make_shared<Count>();
};

}  // namespace pnfs_load
