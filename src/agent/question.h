// What an agent can be asked, and what it answers; docs/protocol.md has the fields. What it cannot do it
// refuses (control/message.h).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/recovery.h"
#include "base/error.h"
#include "config/cluster_config.h"
#include "report/health.h"
#include "server/lun_size.h"

namespace pnfs_ha {

// By a server that wants to join, over the network. Without a server it only asks for the configuration, so
// that it can check that first.
struct JoinQuestion {
  std::string token;
  std::optional<ServerConfig> server;  // its id does not count
};

// By an administrator, as the rest. If it only asks, it is told whether the agent would.
struct SwitchoverQuestion {
  bool only_ask = false;
};

struct MaintenanceQuestion {
  bool on = true;
  bool force = false;  // also if no other server takes over
};

// Without a decision it only asks what there is to decide.
struct RecoverQuestion {
  std::optional<InterventionKind> decision;
};

// By another server of the cluster as well: could the cluster lose another than you?
struct HealthQuestion {};

// By another server only, the active: ask the LUN by each of your paths how large it is.
struct RescanQuestion {};

using Question = std::variant<JoinQuestion, SwitchoverQuestion, MaintenanceQuestion, RecoverQuestion,
                              HealthQuestion, RescanQuestion>;

nlohmann::json to_json(const Question& question);
Question question_from_json(const nlohmann::json& message);  // throws Error
Error unknown_question(const nlohmann::json& message);

// Of join: the cluster's configuration, TOML; and to a server that joins, what DRBD is to know it by
// (mirror_secret.h).
struct JoinAnswer {
  std::string config, mirror_secret;
};

// Of switchover and maintenance: what this server is now.
struct RoleAnswer {
  Role role = Role::joining;
};

// Of recover: what there is to decide, as it was before.
struct RecoverAnswer {
  std::vector<Intervention> interventions;
};

// Of health: its own word, and its cluster.toml.
struct HealthAnswer {
  Role role = Role::joining;
  Verdict verdict;
  std::string config;
  bool can_take_over = true;  // it stands for election, and the LUN answers it
};

// Of rescan.
struct RescanAnswer {
  std::vector<PathSize> paths;
};

nlohmann::json to_json(const JoinAnswer& answer);
nlohmann::json to_json(const RoleAnswer& answer);
nlohmann::json to_json(const RecoverAnswer& answer);
nlohmann::json to_json(const HealthAnswer& answer);
nlohmann::json to_json(const RescanAnswer& answer);

// Throw Error for another answer: the agent is of another version.
JoinAnswer join_answer_from_json(const nlohmann::json& message);
RoleAnswer role_answer_from_json(const nlohmann::json& message);
RecoverAnswer recover_answer_from_json(const nlohmann::json& message);
HealthAnswer health_answer_from_json(const nlohmann::json& message);
RescanAnswer rescan_answer_from_json(const nlohmann::json& message);

}  // namespace pnfs_ha
