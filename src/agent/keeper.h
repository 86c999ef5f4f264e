// The keeper: a process of its own beside the agent, on the active only. It does what may block for ever: it
// keeps the copy of the client records on the LUN, the journals of keys and of layouts, watches what comes of
// the previous active's, connects a mirror that gave up, and tries out whether the LUN's file system and nfsd
// still work. The agent looks how long a round takes, and never waits for one.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "config/cluster_config.h"
#include "history/key_journal.h"
#include "history/layout_audit.h"
#include "server/client_records.h"
#include "server/state_mirror.h"
#include "server/terms.h"

namespace pnfs_ha {

// The current or last round, by Host::uptime().
struct KeeperReport {
  Host::Duration began{0};
  std::optional<Host::Duration> ended;
  bool operator==(const KeeperReport&) const = default;
};

nlohmann::json to_json(const KeeperReport& report);
// nullopt if the document is none. Throws NewerFormat.
std::optional<KeeperReport> keeper_report_from_json(const nlohmann::json& document);

class Keeper {
 public:
  static constexpr const char* report_file = "/run/pnfs-ha/keeper.json";
  static constexpr std::chrono::seconds pause{1};  // between two rounds
  // Between two attempts to connect a mirror that gave up. (While the other server's configuration differs,
  // or after a split, each attempt ends in the same way.)
  static constexpr std::chrono::seconds reconnect_interval{10};

  Keeper(Host& host, const ClusterConfig& config);

  // Throws what went wrong; the next round may be better.
  void round();

  // How long the keeper has been in the round it is in; zero if it is in none, or no keeper has run.
  // Throws NewerFormat.
  static Host::Duration stuck_for(const Host& host);

 private:
  void outlast();
  void reconnect_mirror();
  void tell(const KeeperReport& report);

  Host& host_;
  ClientRecords records_;
  NfsServer nfs_;
  KeyJournal keys_;
  LayoutJournal layouts_;
  LayoutAudit audit_;
  StateMirror mirror_;
  Terms terms_;
  Host::Duration lasted_at_;  // this server has served for long enough
  Host::Duration reconnect_at_{0};
  Path trial_;
  std::chrono::seconds timeout_;
};

}  // namespace pnfs_ha
