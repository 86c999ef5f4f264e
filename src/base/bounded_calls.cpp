#include "base/bounded_calls.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/error.h"
#include "base/threads.h"

namespace pnfs_ha {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds breath(1);  // between two signs of life

}  // namespace

// A thread and what it shares with whoever waits for it.
class BoundedCalls::Worker {
 public:
  static std::shared_ptr<Worker> start() {
    auto worker = std::make_shared<Worker>();
    run_in_thread([worker] { worker->work(); });
    return worker;
  }

  void begin(std::function<void()> job) {
    const std::scoped_lock lock(mutex_);
    job_ = std::move(job);
    changed_.notify_all();
  }
  bool ends_within(SteadyClock::duration time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return !job_; });
  }
  void dismiss() {
    const std::scoped_lock lock(mutex_);
    dismissed_ = true;
    changed_.notify_all();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return job_ || dismissed_; });
      if (!job_) return;
      lock.unlock();
      job_();  // keeps its exceptions
      lock.lock();
      job_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> job_;
  bool dismissed_ = false;
};

BoundedCalls::~BoundedCalls() {
  if (worker_) worker_->dismiss();
}

bool BoundedCalls::ends(Worker& worker, Duration limit, const Progress& progress) const {
  SteadyClock::time_point heard = SteadyClock::now();
  std::string before = progress ? progress() : "";
  for (;;) {
    const SteadyClock::duration left = heard + limit - SteadyClock::now();
    if (worker.ends_within(std::clamp<SteadyClock::duration>(left, SteadyClock::duration(0), breath)))
      return true;
    if (left <= SteadyClock::duration(0)) return false;
    if (std::string now = progress ? progress() : ""; now != before) {
      before = std::move(now);
      heard = SteadyClock::now();
    }
    if (while_waiting) while_waiting(std::chrono::duration_cast<Duration>(SteadyClock::now() - heard));
  }
}

void BoundedCalls::carry_out(const Name& name, Duration limit, std::function<void()> job,
                             const Progress& progress) {
  const auto stuck = [&](const char* so_far) {
    return Stuck(fmt::format("{} does not end{}: {:.1f} s", name.what, so_far,
                             std::chrono::duration<double>(limit).count()));
  };
  if (const auto left = left_.find(name.what); left != left_.end()) {
    if (!ends(*left->second.worker, limit, {})) throw stuck(", begun earlier");
    left_.erase(left);
  }
  // while_waiting() may call as well, and needs a worker of its own then.
  auto worker = worker_ ? std::exchange(worker_, {}) : Worker::start();
  worker->begin(std::move(job));
  if (!ends(*worker, limit, progress)) {
    worker->dismiss();  // when it comes back
    left_.emplace(name.what, Left{std::move(worker), name.kind});
    throw stuck("");
  }
  if (worker_)
    worker->dismiss();
  else
    worker_ = std::move(worker);
}

std::optional<std::string> BoundedCalls::unfinished() const {
  for (const auto& [what, left] : left_)
    if (left.kind == Kind::change && !left.worker->ends_within(SteadyClock::duration(0))) return what;
  return std::nullopt;
}

}  // namespace pnfs_ha
