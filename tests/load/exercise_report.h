// What an exerciser saw, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "exercise_scene.h"
#include "mountstats.h"

namespace pnfs_load {

struct ExerciseOutcome {
  std::chrono::system_clock::time_point started, ended;
  Instant begin, end;
  std::string stopped_by;  // "SIGTERM", "seconds", "operations", "wrong bytes"
  bool stuck = false;      // some thread did not come back
  std::vector<Summary> threads;
  std::vector<Finding> findings;  // wrong bytes
  std::vector<Finding> failures;  // the first few errors, with their histories
  std::optional<MountStats> mount_before, mount_after;
};

// Nothing wrong, nothing failed, nothing hangs.
bool clean(const ExerciseOutcome& outcome);

nlohmann::ordered_json to_json(const ExerciseScene& scene, const ExerciseOutcome& outcome);

}  // namespace pnfs_load
