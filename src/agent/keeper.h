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
#include "report/in_the_way.h"
#include "server/client_records.h"
#include "server/connections.h"
#include "server/state_mirror.h"
#include "server/terms.h"

namespace pnfs_ha {

// The current or last round, by Host::uptime().
struct KeeperReport {
  Host::Duration began{0};
  std::optional<Host::Duration> ended = {};
  std::vector<MountUser> in_the_way = {};  // as last seen
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
  static constexpr std::chrono::seconds look_around_interval{10};  // at who is in the way

  Keeper(Host& host, const ClusterConfig& config);

  // Throws what went wrong; the next round may be better.
  void round();

  // Of the keeper that runs, or ran last. Throws NewerFormat.
  static std::optional<KeeperReport> report(const Host& host);
  // How long the keeper has been in the round it is in; zero if it is in none, or no keeper has run.
  // Throws NewerFormat.
  static Host::Duration stuck_for(const Host& host);

 private:
  void work(Host::Duration began);
  void outlast();
  void look_around();
  void reconnect_mirror();
  void tell(Host::Duration began, std::optional<Host::Duration> ended = {});

  Host& host_;
  ClientRecords records_;
  NfsServer nfs_;
  KeyJournal keys_;
  Connections connections_;
  LayoutJournal layouts_;
  LayoutAudit audit_;
  StateMirror mirror_;
  Terms terms_;
  // Since when the last round, if it did not end; at first that of the keeper before this one.
  std::optional<Host::Duration> unfinished_;
  Host::Duration lasted_at_;  // this server has served for long enough
  Host::Duration reconnect_at_{0};
  Host::Duration look_around_at_{0};
  std::vector<MountUser> in_the_way_;
  Path lun_;
  Path trial_;
  std::chrono::seconds timeout_;
};

}  // namespace pnfs_ha
