// Things that must never happen, whatever the delay: an acknowledged write that is not there.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "clock.h"
#include "experience.h"

namespace pnfs_load {

struct Violation {
  Instant at;
  std::string kind;  // "read", "metadata"
  std::string file;
  std::optional<std::uint64_t> block;
  std::string expected;
  std::string found;
};

class Violations {
 public:
  void add(Violation violation) {
    const std::lock_guard lock(mutex_);
    ++count_;
    if (list_.size() < list_limit) list_.push_back(std::move(violation));
  }

  std::uint64_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }

  std::vector<Violation> list() const {
    const std::lock_guard lock(mutex_);
    return list_;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t count_ = 0;
  std::vector<Violation> list_;
};

}  // namespace pnfs_load
