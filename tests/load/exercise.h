// The exerciser: random actions on files of its own, each checked against a model of the content.
//
// Alone, a file belongs to one thread, and what happens to it follows from the seed and its number. After so
// many actions it is read in full, removed and begun anew: a *life*. With others (Sharing), see
// shared_file.h.
//
// Ends at the first wrong bytes: then it looks for a short history that leads to them, on a scratch file in
// the same directory. An action that fails is counted, and its file begins a new life: what it holds then is
// nobody's promise.
#pragma once

#include <cstdint>
#include <optional>

#include "clock.h"
#include "mix.h"
#include "text_file.h"

namespace pnfs_load {

// With other processes, on this client or others, under POSIX locks.
enum class Sharing { none, whole_files, ranges };

struct ExerciseOptions {
  Path directory;              // created if absent
  std::optional<Path> report;  // not on the mount
  std::optional<Clock::duration> duration;
  std::optional<std::uint64_t>
      operations;  // of all threads together; shared: turns; neither: until SIGTERM, SIGINT or SIGHUP
  std::uint64_t seed = 0;
  unsigned files = 8;
  unsigned threads = 4;
  unsigned life = 1000;  // actions
  std::optional<Access>
      access;  // of all files; absent: every second one direct, the others by the page cache
  Mix mix;
  Sharing sharing = Sharing::none;
  unsigned client = 0;                  // from 1 if shared: every process has its own
  std::optional<Path> journal;          // shared only: what this process knows, kept outside the share
  std::optional<Path> partner_journal;  // another process's, which has ended: checked at the end
  bool unlock_commits = false;          // shared only: no fsync before unlocking; the client does it
  Clock::duration timeout = std::chrono::seconds(120);    // for actions that hang at the end
  Clock::duration reduce_for = std::chrono::seconds(60);  // to look for a short history
};

// Prints "running" once it runs, and everything wrong that it finds. True if nothing was wrong and nothing
// failed. Does not return if a thread hangs: it writes the report and ends the process with 1. Throws
// UsageError, Error.
bool exercise(const ExerciseOptions& options);

}  // namespace pnfs_load
