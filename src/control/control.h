// One question, one answer: how programs talk to an agent. A JSON document on one line each way, over the
// Unix socket of this server's agent or the TCP port of another's.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace pnfs_ha {

constexpr const char* control_socket = "/run/pnfs-ha/control";
constexpr std::size_t longest_message = 65536;  // bytes

// Throw Error if nobody answers within `limit`, or if the answer is {"error": …, "remedy": …}.
nlohmann::json ask_local_agent(const nlohmann::json& question, std::chrono::seconds limit);
nlohmann::json ask_agent(const std::string& address, int port, const nlohmann::json& question,
                         std::chrono::seconds limit);

}  // namespace pnfs_ha
