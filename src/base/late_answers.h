// Questions whose answers may come late. Whoever asks again does not wait for the old question, nor is its answer lost:
// several are on their way at once, and the newest answer that has come is the one that counts. One that is there already
// is no reason not to wait for the present question's: whoever asks once a second would be told what was true a second ago.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>

#include "base/threads.h"

namespace pnfs_ha {

template <typename Answer>
class LateAnswers {
 public:
  using Question = std::function<Answer()>;

  // most: so many are on their way at once.
  explicit LateAnswers(int most) : most_(most) {}

  // Puts the question, unless enough are on their way, and waits at most `limit` for its answer; then for none, if an
  // earlier question has one that is newer than those that were given before; nullopt: none has come. Where the last
  // answer took longer than `limit`, this one's is not waited for if there is another. Throws what the question threw. It
  // may outlive its caller, and must own what it uses.
  std::optional<Answer> ask(std::chrono::milliseconds limit, Question question) {
    std::unique_lock lock(shared_->mutex);
    // Evenly: an answer is to come every so often, not three at once.
    if (shared_->on_their_way < most_ && Clock::now() - asked_at_ >= shared_->took / most_) {
      ++shared_->on_their_way;
      ++asked_;
      asked_at_ = Clock::now();
      lock.unlock();
      put(std::move(question));
      lock.lock();
    }
    shared_->changed.wait_for(
        lock, limit, [&] { return shared_->answer && (shared_->newest == asked_ || shared_->took > limit); });
    if (!shared_->answer) return std::nullopt;
    std::future<Answer> answer = std::move(*shared_->answer);
    shared_->answer.reset();
    lock.unlock();
    return answer.get();
  }

 private:
  using Clock = std::chrono::steady_clock;

  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    int on_their_way = 0;
    std::uint64_t newest = 0;  // that was answered
    Clock::duration took{0};   // until it was
    std::optional<std::future<Answer>> answer;
  };

  void put(Question question) try {
    run_in_thread([shared = shared_, question = std::move(question), number = asked_, began = asked_at_] {
      std::packaged_task<Answer()> task(question);
      std::future<Answer> answer = task.get_future();
      task();
      const std::scoped_lock lock(shared->mutex);
      --shared->on_their_way;
      if (number < shared->newest) return;
      shared->newest = number;
      shared->took = Clock::now() - began;
      shared->answer = std::move(answer);
      shared->changed.notify_all();
    });
  } catch (...) {
    const std::scoped_lock lock(shared_->mutex);
    --shared_->on_their_way;
    throw;
  }

  int most_;
  std::uint64_t asked_ = 0;
  Clock::time_point asked_at_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace pnfs_ha
