#include "report/status.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

// See pr::longest_status. Without knowing all who are registered no server serves.
constexpr std::size_t many_registrations = 500;

json reservation_to_json(const std::optional<ReservationState>& reservation) {
  if (!reservation) return {{"type", nullptr}, {"holder", "unknown"}, {"keys", json::array()}};
  json keys = json::array();
  for (const pr::Registration& r : reservation->registrations)
    keys.push_back({{"key", pr::to_string(r.key)}, {"initiator", r.initiator}, {"holder", r.holder}});
  json type = nullptr;
  if (reservation->type) type = pr::to_string(*reservation->type);
  return {{"type", type}, {"holder", to_string(reservation->holder)}, {"keys", keys}};
}

json peers_to_json(const ClusterConfig& config, const std::string& node, const MirrorState& mirror) {
  json peers = json::array();
  for (const ServerConfig& server : config.servers)
    if (server.name != node)
      peers.push_back({{"name", server.name},
                       {"address", server.address},
                       {"replication_address", server.replication_address},
                       {"connection", mirror.connection},
                       {"mirror_role", mirror.peer_role},
                       {"disk", mirror.peer_disk}});
  return peers;
}

const char* event_name(Sequence::Event event) {
  switch (event) {
    case Sequence::Event::started:
      return "started";
    case Sequence::Event::done:
      return "done";
    case Sequence::Event::failed:
      return "failed";
  }
  return "?";
}

json steps_to_json(const std::deque<StepRecord>& steps) {
  json list = json::array();
  for (const StepRecord& s : steps)
    list.push_back({{"number", s.number},
                    {"sequence", s.sequence},
                    {"step", s.step},
                    {"event", event_name(s.event)},
                    {"seconds", s.seconds},
                    {"why", s.why}});
  return list;
}

// Empty if it is the appliance's, and the cluster relies on that.
std::string risk_of_nfsd(const json& nfs) {
  if (!nfs.value("accepts_late_commits", false) || !nfs.value("takes_key", false))
    return "stock nfsd: a crash can lose direct writes, and a server that lost the LUN can let itself in "
           "again; see `pnfs-ha check`";
  if (nfs.value("stock_may_lose_data", false))
    return "the cluster does without the keys that keep a server out which lost the LUN: remove "
           "stock_nfsd_may_lose_data from cluster.toml, on every server";
  return {};
}

// Why a server gives no blocks away although its grace period is over; empty if it does, or has just begun.
std::string what_fencing_waits_for(const json& fencing) {
  if (!fencing.value("overdue", false)) return {};
  const std::size_t waiting = fencing.value("strangers", json::array()).size();
  const std::string trouble = fencing.value("trouble", "");
  return (waiting == 0 ? "it is unknown whether former clients are still registered with the LUN"
                       : "clients that did not come back are still registered with the LUN (" +
                             std::to_string(waiting) + ")") +
         (fencing.value("keeps_blocks", false) ? "; nothing can be removed or shortened until then" : "") +
         (trouble.empty() ? "" : ": " + trouble);
}

}  // namespace

json to_json(const ClusterConfig& config, const std::string& node, const std::string& wwn,
             const Observation& seen, const std::string& reason, const std::deque<StepRecord>& steps) {
  return {
      {"version", PNFS_HA_VERSION},
      {"cluster", config.name},
      {"node", node},
      {"role", to_string(seen.role)},
      {"reason", reason},
      {"maintenance", seen.maintenance},
      {"vrrp", to_string(seen.vrrp)},
      {"lun",
       {{"wwn", wwn},
        {"device", config.lun},
        {"mounted", to_string(seen.access)},
        {"reservation", reservation_to_json(seen.reservation)}}},
      {"mirror",
       {{"role", seen.mirror.role},
        {"disk", seen.mirror.disk},
        {"peer_disk", seen.mirror.peer_disk},
        {"connection", seen.mirror.connection}}},
      {"vip", {{"address", config.vip.text()}, {"present", seen.vip_present}}},
      {"nfs",
       {{"running", seen.nfs.running},
        {"scope", seen.nfs.scope},
        {"threads", seen.nfs.threads},
        {"in_grace", seen.nfs.in_grace},
        {"accepts_late_commits", seen.nfs.accepts_late_commits},
        {"takes_key", seen.nfs.takes_key},
        {"stock_may_lose_data", config.stock_nfsd_may_lose_data},
        {"clients", seen.nfs.clients ? json(*seen.nfs.clients) : json(nullptr)}}},
      {"peers", peers_to_json(config, node, seen.mirror)},
      {"steps", steps_to_json(steps)},
  };
}

Verdict health_of(const json& status) {
  const std::string role = status.at("role");
  const std::string reason = status.at("reason");
  const json& mirror = status.at("mirror");
  if (role == "out-of-service" || role == "joining")
    return {Health::out_of_service, reason.empty() ? role : reason};
  if (!reason.empty()) return {Health::degraded, reason};
  if (status.at("peers").empty())
    return {Health::degraded, "there is no second server; run `pnfs-ha join` on one"};
  if (mirror.at("connection") != "Connected" || mirror.at("disk") != "UpToDate" ||
      mirror.at("peer_disk") != "UpToDate")
    return {Health::degraded, "the state mirror is " + mirror.at("connection").get<std::string>() + ", " +
                                  mirror.at("disk").get<std::string>() + " here and " +
                                  mirror.at("peer_disk").get<std::string>() + " there"};
  const std::string holder = status.at("lun").at("reservation").at("holder");
  if (holder != "self" && holder != "peer")
    return {Health::degraded, "the holder of the LUN's reservation is: " + holder};
  if (std::string why = risk_of_nfsd(status.at("nfs")); !why.empty())
    return {Health::degraded, std::move(why)};
  if (std::string why = what_fencing_waits_for(status.value("fencing", json::object())); !why.empty())
    return {Health::degraded, std::move(why)};
  const std::size_t registrations = status.at("lun").at("reservation").at("keys").size();
  if (registrations > many_registrations)
    return {Health::degraded,
            std::to_string(registrations) +
                " servers and clients are registered with the LUN; it cannot tell of more than some 700"};
  return {};
}

}  // namespace pnfs_ha
