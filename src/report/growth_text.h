// The growth of the LUN (growth.h), for people and for programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "growth.h"

namespace pnfs_ha {

// What `grow --json` prints, docs/protocol.md.
nlohmann::json to_json(const Growth& growth, const Path& device);

// A row for each path of each server, and for each client.
std::vector<std::vector<std::string>> describe_paths(const Growth& growth);
std::vector<std::vector<std::string>> describe_clients(const Growth& growth);

// What to do on each client, several lines.
std::string describe_commands(const Growth& growth, const Path& device);

}  // namespace pnfs_ha
