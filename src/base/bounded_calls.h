// Calls that the kernel may not give back for minutes, or ever, and that no signal interrupts. A thread makes
// them and is left behind if need be: whoever waits goes on.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pnfs_ha {

// Not to be shared by threads.
class BoundedCalls {
 public:
  using Duration = std::chrono::milliseconds;

  // One that is left behind and comes back later: a question has done nothing, a change has.
  enum class Kind { question, change };

  struct Name {
    std::string what;  // "umount /srv/pnfs-ha"; of one name there is never more than one that is left behind
    Kind kind = Kind::change;
  };

  // How a call shows that it is getting on: the limit begins anew whenever this answers something else.
  using Progress = std::function<std::string()>;

  BoundedCalls() = default;
  BoundedCalls(const BoundedCalls&) = delete;
  BoundedCalls& operator=(const BoundedCalls&) = delete;
  ~BoundedCalls();

  // Called every second while a call is waited for, with the time for which it has shown no progress. It may
  // make calls, of other names.
  std::function<void(Duration idle)> while_waiting;

  // What the call returns or throws; Stuck after the limit. The call outlives its caller then: it must own
  // everything it uses. A call of a name that was left behind and has not come back is not made again.
  template <typename Call>
  auto run(const Name& name, Duration limit, Call call, const Progress& progress = {}) {
    auto task = std::make_shared<std::packaged_task<decltype(call())()>>(std::move(call));
    auto result = task->get_future();
    const auto job = [task] { (*task)(); };
    carry_out(name, limit, job, progress);
    return result.get();
  }

  // A change that was left behind and has not come back.
  std::optional<std::string> unfinished() const;

 private:
  class Worker;
  struct Left {
    std::shared_ptr<Worker> worker;
    Kind kind;
  };

  void carry_out(const Name& name, Duration limit, std::function<void()> job, const Progress& progress);
  bool ends(Worker& worker, Duration limit, const Progress& progress) const;

  std::shared_ptr<Worker> worker_;  // idle, kept for the next call
  std::map<std::string, Left> left_;
};

}  // namespace pnfs_ha
