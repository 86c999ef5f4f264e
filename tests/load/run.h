// The run: loops on the prepared files until told to stop, then the report.
#pragma once

#include <cstdint>
#include <optional>

#include "clock.h"
#include "text_file.h"

namespace pnfs_load {

enum class Show { nothing, progress };

struct RunOptions {
  Path directory;
  Path report;
  std::optional<Path> journal;
  std::optional<Clock::duration> duration;  // absent: until SIGTERM, SIGINT or SIGHUP
  Clock::duration interval = std::chrono::milliseconds(20);
  std::size_t metadata_bytes = 4096;
  std::optional<std::uint64_t> seed;
  Clock::duration timeout = std::chrono::seconds(10);  // for threads that hang after the stop
  Show show = Show::nothing;
};

// Prints "running" once the loops run. True if the run was clean; the report and the journal are written
// either way. Does not return if a thread hangs: it writes both and ends the process with 1. UsageError if
// the report or the journal would lie on the mount under test; Error if the run cannot begin.
bool run(const RunOptions& options);

}  // namespace pnfs_load
