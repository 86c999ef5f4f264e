#include "crew.h"

#include <thread>
#include <utility>

namespace pnfs_load {

void Crew::start(std::function<void()> work) {
  {
    const std::lock_guard lock(count_->mutex);
    ++count_->working;
  }
  std::thread([count = count_, work = std::move(work)] {
    work();
    const std::lock_guard lock(count->mutex);
    --count->working;
    count->changed.notify_all();
  }).detach();
}

bool Crew::wait_until(Instant limit) {
  std::unique_lock lock(count_->mutex);
  return count_->changed.wait_until(lock, limit, [&] { return count_->working == 0; });
}

}  // namespace pnfs_load
