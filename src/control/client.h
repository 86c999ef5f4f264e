// Asking an agent.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "control/message.h"

namespace pnfs_ha {

// Throw Error if the whole answer has not come within the limit, or if it is a refusal.
nlohmann::json ask_local_agent(const nlohmann::json& question, std::chrono::seconds limit,
                               const std::string& path = control_socket);
nlohmann::json ask_agent(const std::string& address, int port, const nlohmann::json& question,
                         std::chrono::seconds limit);

}  // namespace pnfs_ha
