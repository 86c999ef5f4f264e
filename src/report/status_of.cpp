// A status: from what the agent sees, and for people.
#include <spdlog/fmt/fmt.h>

#include <utility>

#include "report/status.h"

namespace pnfs_ha {
namespace {

std::vector<PeerStatus> peers_of(const ClusterConfig& config, const std::string& self,
                                 const MirrorState& mirror) {
  std::vector<PeerStatus> peers;
  for (const ServerConfig& server : config.servers)
    if (server.name != self)
      peers.push_back({.name = server.name,
                       .address = server.address,
                       .replication_address = server.replication_address,
                       .connection = mirror.connection,
                       .mirror_role = mirror.peer_role,
                       .disk = mirror.peer_disk,
                       .role = {},
                       .trouble = {}});
  return peers;
}

}  // namespace

Status status_of(const ClusterConfig& config, const std::string& server, const std::string& wwn,
                 const Observation& seen, const std::string& reason, const std::deque<StepRecord>& steps) {
  Status status;
  status.version = PNFS_HA_VERSION;
  status.cluster = config.name;
  status.server = server;
  status.role = seen.role;
  status.reason = reason;
  status.maintenance = seen.maintenance;
  status.vrrp = seen.vrrp;
  status.lun.wwn = wwn;
  status.lun.device = config.lun;
  status.lun.mounted = seen.access;
  if (seen.reservation) {
    status.lun.type = seen.reservation->type;
    status.lun.holder = seen.reservation->holder;
    status.lun.registrations = seen.reservation->registrations;
  }
  status.lun.latency = seen.lun_latency;
  status.mirror = seen.mirror;
  status.vip = config.vip.text();
  status.vip_present = seen.vip_present;
  status.nfs = {.running = seen.nfs.running,
                .scope = seen.nfs.scope,
                .threads = seen.nfs.threads,
                .in_grace = seen.nfs.in_grace,
                .accepts_late_commits = seen.nfs.accepts_late_commits,
                .takes_key = seen.nfs.takes_key,
                .stock_may_lose_data = config.stock_nfsd_may_lose_data,
                .clients = seen.nfs.clients};
  status.peers = peers_of(config, server, seen.mirror);
  status.steps = steps;
  return status;
}

std::vector<std::vector<std::string>> describe(const Status& s) {
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](const char* name, std::string value) { rows.push_back({name, std::move(value)}); };
  row("cluster", s.cluster);
  row("server",
      fmt::format("{}: {}{}", s.server, to_string(s.role), s.reason.empty() ? "" : " (" + s.reason + ")"));
  row("VIP", fmt::format("{}, {}, VRRP {}", s.vip, s.vip_present ? "here" : "not here", to_string(s.vrrp)));
  row("LUN", fmt::format("{}, mounted: {}", s.lun.wwn, to_string(s.lun.mounted)));
  row("", fmt::format("reservation: {}, {} keys", s.lun.holder ? to_string(*s.lun.holder) : "unknown",
                      s.lun.registrations.size()));
  if (const auto validity = Validity::of_latency(s.lun.latency); validity > Validity::shortest)
    row("", fmt::format("slow: it took {:.1f} s to answer; who loses it is silent after {} s",
                        std::chrono::duration<double>(s.lun.latency).count(),
                        std::chrono::duration_cast<std::chrono::seconds>(validity).count()));
  row("mirror", s.mirror.connection.empty() ? "down"
                                            : fmt::format("{}, {}, {} here, {} there", s.mirror.connection,
                                                          s.mirror.role, s.mirror.disk, s.mirror.peer_disk));
  row("NFS", s.nfs.running ? fmt::format("running, {} threads, {} clients{}", s.nfs.threads,
                                         s.nfs.clients ? std::to_string(*s.nfs.clients) : "unknown",
                                         s.nfs.in_grace ? ", in grace" : "")
                           : "not running");
  row("", s.nfs.accepts_late_commits ? "accepts late commits" : "refuses late commits");
  for (const PeerStatus& peer : s.peers) {
    row("peer", fmt::format("{} at {}: {}mirror {}, {}", peer.name, peer.address,
                            peer.role ? std::string(to_string(*peer.role)) + ", " : "", peer.connection,
                            peer.mirror_role));
    if (!peer.trouble.empty()) row("", peer.trouble);
  }
  const char* name = "in the way";
  for (const MountUser& user : s.in_the_way)
    row(std::exchange(name, ""), to_text(user) + "; it is ended when this server has to leave");
  return rows;
}

}  // namespace pnfs_ha
