// What a run saw, as JSON.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "experience.h"
#include "held_lock.h"
#include "mountstats.h"
#include "violations.h"

namespace pnfs_load {

struct Outcome {
  std::string directory;
  std::chrono::system_clock::time_point started;  // wall clock, to put beside the servers' logs
  std::chrono::system_clock::time_point ended;
  Instant begin;  // every start_s of the report counts from here
  Instant end;
  std::string stopped_by;  // "SIGTERM", "duration"
  bool pages_locked = false;
  bool stuck = false;  // some thread did not come back
  Summary reads, writes, metadata, machine;
  std::uint64_t violations = 0;
  std::vector<Violation> violation_list;
  LockCheck lock;
  std::optional<MountStats> mount_before, mount_after;
};

// Nothing an application would call wrong. Being slow is not wrong: judging stalls is the reader's business.
bool clean(const Outcome& outcome);

nlohmann::ordered_json to_json(const Outcome& outcome);
nlohmann::ordered_json to_json(const Summary& summary, Instant begin);

// "2026-01-31T12:00:00.250Z"
std::string to_utc(std::chrono::system_clock::time_point time);

}  // namespace pnfs_load
