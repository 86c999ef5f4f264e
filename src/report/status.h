// What the agent tells the world of its server: /run/pnfs-ha/status.json, and `pnfs-ha status`.
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "decision.h"
#include "history/fence_report.h"
#include "report/in_the_way.h"
#include "sequence.h"

namespace pnfs_ha {

constexpr const char* status_file = "/run/pnfs-ha/status.json";

// One act of a sequence, as it went.
struct StepRecord {
  int number = 0;  // counts up since the agent's start
  std::string sequence;
  std::string id;    // Act::identity()
  std::string step;  // Act::name()
  Sequence::Event event = Sequence::Event::started;
  double seconds = 0;
  std::string why;  // of a failure
  bool operator==(const StepRecord&) const = default;
};

struct LunStatus {
  std::string wwn;  // empty: unknown
  std::string device;
  Access mounted = Access::none;
  // The reservation.
  std::optional<pr::Type> type;
  std::optional<Holder> holder;  // nullopt: the LUN does not tell
  std::vector<pr::Registration> registrations;
  Host::Duration latency{0};  // the longest that an answer of the LUN took lately
};

struct NfsStatus {
  bool running = false;
  std::string scope;
  int threads = 0;
  bool in_grace = false;
  bool accepts_late_commits = false;
  bool takes_key = false;
  bool stock_may_lose_data = false;  // the cluster lets stock nfsd serve
  std::optional<int> clients;        // nullopt: unknown
};

struct PeerStatus {
  std::string name, address, replication_address;
  std::string connection, mirror_role, disk;  // DRBD's words
  // Its own word, if it was asked: the agent does not ask.
  std::optional<Role> role;
  std::string trouble;  // why it could not take over, or what it says otherwise; empty if nothing
};

// Clients of previous starts of nfsd that are still registered with the LUN.
struct FencingStatus {
  std::vector<StaleRegistration> stale;
  bool keeps_blocks = false;  // nfsd answers whatever would free blocks with NFS4ERR_DELAY
  bool overdue = false;       // that lasts for longer than it should
  std::string trouble;        // a sentence, or empty
};

struct Status {
  std::string version;  // of the product that the agent is of
  std::string cluster;
  std::string server;
  Role role = Role::joining;
  std::string reason;  // why the server is not ready; empty if it is
  bool maintenance = false;
  Vrrp vrrp = Vrrp::unknown;
  LunStatus lun;
  MirrorState mirror;
  std::string vip;  // with its prefix
  bool vip_present = false;
  NfsStatus nfs;
  std::vector<PeerStatus> peers;
  std::deque<StepRecord> steps;
  std::vector<Fenced> fenced;  // since this server took over, the last ones
  FencingStatus fencing;
  std::vector<MountUser> in_the_way;  // of an active that would have to leave
  Host::Duration told_at{0};          // Host::uptime()
};

// Without what only the agent knows: fenced, fencing, in_the_way, told_at.
Status status_of(const ClusterConfig& config, const std::string& server, const std::string& wwn,
                 const Observation& seen, const std::string& reason, const std::deque<StepRecord>& steps);

// The document, see docs/protocol.md.
nlohmann::json to_json(const Status& status);
// Throws NewerFormat, and Error for what is no status document.
Status status_from_json(const nlohmann::json& document);

// For people: rows of a table, each what and how it is.
std::vector<std::vector<std::string>> describe(const Status& status);

}  // namespace pnfs_ha
