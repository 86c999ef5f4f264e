// What the agent tells the world: /run/pnfs-ha/status.json, and `pnfs-ha status`.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <string>

#include "decision.h"
#include "sequence.h"

namespace pnfs_ha {

constexpr const char* status_file = "/run/pnfs-ha/status.json";

// One act of a sequence, as it went.
struct StepRecord {
  int number = 0;  // counts up since the agent's start
  std::string sequence;
  std::string step;
  Sequence::Event event = Sequence::Event::started;
  double seconds = 0;
  std::string why;  // of a failure
};

// The document, see `status --json` in pnfs-ha(8).
nlohmann::json to_json(const ClusterConfig& config, const std::string& node, const std::string& wwn,
                       const Observation& seen, const std::string& reason,
                       const std::deque<StepRecord>& steps);

enum class Health { healthy = 0, degraded = 1, out_of_service = 2 };  // exit codes of `pnfs-ha status`

struct Verdict {
  Health health = Health::healthy;
  std::string why;  // empty if healthy
};

Verdict health_of(const nlohmann::json& status);

}  // namespace pnfs_ha
