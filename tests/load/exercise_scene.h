// What the threads of an exerciser share, and what each goes through.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <string>

#include "exercise.h"
#include "experience.h"
#include "finding.h"
#include "pace.h"
#include "shared_record.h"

namespace pnfs_load {

// One thread's.
struct Worker {
  Experience experience;
  std::array<std::atomic<std::uint64_t>, kinds> counts{};

  // Does it, and remembers how long it took and whether it failed. `where`: the file's name, and what of it.
  ActionResult attempt(const char* name, const std::string& where, const std::function<ActionResult()>& act);
  ActionResult attempt(const Action& action, ExercisedFile& file);
  // Reads a part of the file as it is, then in the second way. Stops at the first that fails or finds
  // something wrong; wrong bytes are told to `tell`, with the look's name. True if all was well.
  using Tell = std::function<void(const char*, const ActionResult&)>;
  bool look(ExercisedFile& file, Way way, Look second, const Extent& part, const Tell& tell);
};

// Lives until the process ends: a thread may hang in it.
struct ExerciseScene {
  explicit ExerciseScene(const ExerciseOptions& chosen)
      : options(chosen), pattern(chosen.seed), journal(chosen.journal), workers(chosen.threads) {}

  Mix mix_of(unsigned file) const;
  Way way_of(unsigned file) const;                // how its whole is read
  std::uint64_t share_of(unsigned thread) const;  // of the operations

  ExerciseOptions options;
  Pattern pattern;
  Stop stop;
  Findings findings;
  RecordJournal journal;  // shared only
  std::deque<Worker> workers;
  std::atomic<std::uint64_t> files_verified = 0, bytes_verified = 0;
};

inline constexpr const char* own_prefix = "file-";  // of the names of files that are nobody else's

// Each thread's loop, until the stop; then a last look at all its files.
void own_files_loop(ExerciseScene& scene, unsigned thread);
void shared_files_loop(ExerciseScene& scene, unsigned thread);

}  // namespace pnfs_load
