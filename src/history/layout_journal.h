// Which files clients write directly: what a crash of the active puts at risk. Kept on the state mirror, so
// that the server that takes over can say what became of each.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/nfs_server.h"

namespace pnfs_ha {

struct AtRisk {
  std::string server;     // that was active
  bool released = false;  // it stopped in order
  std::vector<FileUse> files;
  std::size_t more = 0;  // files beyond LayoutJournal::most_files: counted, but not named

  bool operator==(const AtRisk&) const = default;
};

nlohmann::json to_json(const AtRisk& at_risk);
// nullopt if the document is none. Throws NewerFormat.
std::optional<AtRisk> at_risk_from_json(const nlohmann::json& document);

class LayoutJournal {
 public:
  static constexpr const char* journal = "/var/lib/nfs/nfsdcld/pnfs-ha-layouts.json";
  static constexpr const char* previous = "/var/lib/nfs/nfsdcld/pnfs-ha-layouts-former.json";
  static constexpr std::size_t most_files = 10'000;

  // export_root: of the paths that it tells; anywhere on the LUN.
  LayoutJournal(Host& host, const NfsServer& nfs, Path export_root);

  const Path& export_root() const { return export_root_; }

  // The previous active's journal is put aside, with what an earlier takeover did not come to judge. One that
  // a newer pnfs-ha wrote is given up, with an error in the log: a takeover waits for no history.
  void take_over();

  // Makes the journal follow the layouts that clients hold.
  void save();

  // The same for the last time: nfsd is about to stop in order, and nobody reaches it any more.
  void close();

  // What was put aside, until it is judged.
  std::optional<AtRisk> to_judge() const;
  void judged();

 private:
  void write(const char* file, const AtRisk& at_risk);
  std::optional<AtRisk> read(const char* file) const;
  void give_up_if_newer(const char* file);
  AtRisk now(bool released);

  Host& host_;
  const NfsServer& nfs_;
  Path export_root_;
  std::optional<AtRisk> saved_;
  std::map<std::uint64_t, std::string> names_;  // by inode
};

}  // namespace pnfs_ha
