// What the fencer did and has yet to do, for one start of nfsd: it writes, the agent and the history read.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "server/nfs_server.h"

namespace pnfs_ha {

constexpr const char* fence_report_file = "/run/pnfs-ha/fencer.json";

// nullopt if there is none, or it is of another start of nfsd. Otherwise "strangers" (yet to be fenced) and
// "fenced" (the last ones), each with "key", "initiator" and "why", the latter also with "at" (seconds
// since the epoch); "count" (of all fenced); "trouble" (a sentence, or empty).
std::optional<nlohmann::json> fence_report(const Host& host, const NfsState& nfs);

}  // namespace pnfs_ha
