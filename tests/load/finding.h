// Wrong bytes or errors that an exerciser met, and how they came about, as far as it can be found out.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "clock.h"
#include "exercised_file.h"

namespace pnfs_load {

struct Finding {
  Instant at;
  std::string file;
  std::string found_by;         // "19 read-direct 0 65536", "the look past the cache"
  std::vector<Mismatch> wrong;  // empty: an action failed, the last of the history
  std::string error;            // then with what, "EIO (Input/output error)"
  std::string again;            // what the same bytes were when they were read again at once, in each way
  History history;              // of this life of the file, up to now
  Origin origin;                // file and life; no action

  // Of explain():
  History shortest;
  bool repeats = false;  // doing `shortest` on a scratch file went wrong too
};

// Reads what was wrong once more: through the page cache, directly, and after all was synced and opened anew.
std::string look_again(ExercisedFile& file, const Mismatch& wrong);

// Fills in the rest: tries for so long to make it happen again on the file `scratch`, which it removes.
void explain(Finding& finding, const Pattern& pattern, const Path& scratch, Instant limit);

// As the program prints it, with the seed and the history; the command does it all again.
std::string to_text(const Finding& finding, std::uint64_t seed);

class Findings {
 public:
  void add(Finding finding) {
    const std::lock_guard lock(mutex_);
    list_.push_back(std::move(finding));
  }
  // Of the first few only: the next ones may have the same cause, and all are counted elsewhere.
  void add_failure(Finding finding) {
    const std::lock_guard lock(mutex_);
    if (failures_.size() < most_failures) failures_.push_back(std::move(finding));
  }
  bool any_wrong() const {
    const std::lock_guard lock(mutex_);
    return !list_.empty();
  }
  std::vector<Finding> list() const {
    const std::lock_guard lock(mutex_);
    return list_;
  }
  std::vector<Finding> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }

 private:
  static constexpr std::size_t most_failures = 3;

  mutable std::mutex mutex_;
  std::vector<Finding> list_, failures_;
};

}  // namespace pnfs_load
