// What the fencer did and has yet to do, for one start of nfsd: it writes, the agent and the history read.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/nfs_server.h"

namespace pnfs_ha {

constexpr const char* fence_report_file = "/run/pnfs-ha/fencer.json";

// A key on the LUN whose client did not come back.
struct StaleRegistration {
  pr::Key key = 0;
  std::string initiator;
  std::string why;  // a phrase
  bool operator==(const StaleRegistration&) const = default;
};

// A registration that was removed from the LUN.
struct Fenced {
  pr::Key key = 0;
  std::string initiator;
  std::string why;      // a phrase
  std::int64_t at = 0;  // seconds since the epoch
  bool operator==(const Fenced&) const = default;
};

struct FenceReport {
  Host::Duration start{-1};              // of nfsd, see NfsState::started
  std::vector<StaleRegistration> stale;  // yet to be fenced
  std::vector<Fenced> fenced;            // the last ones
  int count = 0;                         // of all fenced
  std::set<pr::Key> returned;            // keys of clients that came back, for good
  std::string trouble;                   // a sentence, or empty
  bool operator==(const FenceReport&) const = default;
};

nlohmann::json to_json(const StaleRegistration& stale);
nlohmann::json to_json(const Fenced& fenced);
nlohmann::json to_json(const FenceReport& report);
StaleRegistration stale_registration_from_json(const nlohmann::json& stale);
Fenced fenced_from_json(const nlohmann::json& fenced);

// nullopt if the document is none. Throws NewerFormat.
std::optional<FenceReport> fence_report_from_json(const nlohmann::json& document);

// nullopt if there is none, or it is of another start of nfsd. Throws NewerFormat.
std::optional<FenceReport> fence_report(const Files& files, const NfsState& nfs);

}  // namespace pnfs_ha
