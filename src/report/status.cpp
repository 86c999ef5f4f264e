#include "report/status.h"

#include <spdlog/fmt/fmt.h>

#include "base/format.h"
#include "base/json.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr Format status_format{"the status document", 1};
constexpr const char* unknown = "unknown";

constexpr auto event_names = names<Sequence::Event>({{Sequence::Event::started, "started"},
                                                     {Sequence::Event::done, "done"},
                                                     {Sequence::Event::failed, "failed"}});

json to_json(const pr::Registration& r) {
  return {{"key", pr::to_string(r.key)}, {"initiator", r.initiator}, {"holder", r.holder}};
}

pr::Registration registration_from_json(const json& r) {
  return {.key = pr::parse_key(value_of(r, "key", "")).value_or(0),
          .holder = value_of(r, "holder", false),
          .type = {},
          .initiator = value_of(r, "initiator", "")};
}

json to_json(const LunStatus& lun) {
  json keys = json::array();
  for (const pr::Registration& r : lun.registrations) keys.push_back(to_json(r));
  return {{"wwn", lun.wwn},
          {"device", lun.device},
          {"mounted", to_string(lun.mounted)},
          {"latency_ms", lun.latency.count()},
          {"reservation",
           {{"type", lun.type ? json(pr::to_string(*lun.type)) : json(nullptr)},
            {"holder", lun.holder ? to_string(*lun.holder) : unknown},
            {"keys", keys}}}};
}

LunStatus lun_from_json(const json& lun) {
  const json& reservation = object_of(lun, "reservation");
  return {.wwn = value_of(lun, "wwn", ""),
          .device = value_of(lun, "device", ""),
          .mounted = access_names.find(value_of(lun, "mounted", "")).value_or(Access::none),
          .type = pr::parse_type(value_of(reservation, "type", "")),
          .holder = holder_names.find(value_of(reservation, "holder", "")),
          .registrations = each_of(reservation, "keys", registration_from_json),
          .latency = Host::Duration(value_of(lun, "latency_ms", Host::Duration::rep{0}))};
}

json to_json(const NfsStatus& nfs) {
  return {{"running", nfs.running},
          {"scope", nfs.scope},
          {"threads", nfs.threads},
          {"in_grace", nfs.in_grace},
          {"accepts_late_commits", nfs.accepts_late_commits},
          {"takes_key", nfs.takes_key},
          {"stock_may_lose_data", nfs.stock_may_lose_data},
          {"clients", nfs.clients ? json(*nfs.clients) : json(nullptr)}};
}

NfsStatus nfs_from_json(const json& nfs) {
  constexpr int none = -1;
  const int clients = value_of(nfs, "clients", none);
  return {.running = value_of(nfs, "running", false),
          .scope = value_of(nfs, "scope", ""),
          .threads = value_of(nfs, "threads", 0),
          .in_grace = value_of(nfs, "in_grace", false),
          .accepts_late_commits = value_of(nfs, "accepts_late_commits", false),
          .takes_key = value_of(nfs, "takes_key", false),
          .stock_may_lose_data = value_of(nfs, "stock_may_lose_data", false),
          .clients = clients == none ? std::nullopt : std::optional(clients)};
}

json to_json(const PeerStatus& peer) {
  json document = {{"name", peer.name},
                   {"address", peer.address},
                   {"replication_address", peer.replication_address},
                   {"connection", peer.connection},
                   {"mirror_role", peer.mirror_role},
                   {"disk", peer.disk}};
  if (peer.role) document["role"] = to_string(*peer.role);
  if (!peer.trouble.empty()) document["trouble"] = peer.trouble;
  return document;
}

PeerStatus peer_from_json(const json& peer) {
  return {.name = value_of(peer, "name", ""),
          .address = value_of(peer, "address", ""),
          .replication_address = value_of(peer, "replication_address", ""),
          .connection = value_of(peer, "connection", ""),
          .mirror_role = value_of(peer, "mirror_role", ""),
          .disk = value_of(peer, "disk", ""),
          .role = role_names.find(value_of(peer, "role", "")),
          .trouble = value_of(peer, "trouble", "")};
}

json to_json(const StepRecord& step) {
  return {{"number", step.number}, {"sequence", step.sequence},           {"id", step.id},
          {"step", step.step},     {"event", event_names.of(step.event)}, {"seconds", step.seconds},
          {"why", step.why}};
}

StepRecord step_from_json(const json& step) {
  return {.number = value_of(step, "number", 0),
          .sequence = value_of(step, "sequence", ""),
          .id = value_of(step, "id", ""),
          .step = value_of(step, "step", ""),
          .event = event_names.find(value_of(step, "event", "")).value_or(Sequence::Event::started),
          .seconds = value_of(step, "seconds", 0.0),
          .why = value_of(step, "why", "")};
}

json to_json(const FencingStatus& fencing) {
  return {{"strangers", to_array(fencing.stale)},
          {"keeps_blocks", fencing.keeps_blocks},
          {"overdue", fencing.overdue},
          {"trouble", fencing.trouble}};
}

FencingStatus fencing_from_json(const json& fencing) {
  return {.stale = each_of(fencing, "strangers", stale_registration_from_json),
          .keeps_blocks = value_of(fencing, "keeps_blocks", false),
          .overdue = value_of(fencing, "overdue", false),
          .trouble = value_of(fencing, "trouble", "")};
}

template <typename Range>
json array_from(const Range& values) {
  json array = json::array();
  for (const auto& value : values) array.push_back(to_json(value));
  return array;
}

}  // namespace

json to_json(const Status& status) {
  return {{"format", status_format.newest},
          {"version", status.version},
          {"cluster", status.cluster},
          {"node", status.server},
          {"role", to_string(status.role)},
          {"reason", status.reason},
          {"maintenance", status.maintenance},
          {"vrrp", to_string(status.vrrp)},
          {"lun", to_json(status.lun)},
          {"mirror",
           {{"role", status.mirror.role},
            {"disk", status.mirror.disk},
            {"peer_disk", status.mirror.peer_disk},
            {"connection", status.mirror.connection}}},
          {"vip", {{"address", status.vip}, {"present", status.vip_present}}},
          {"nfs", to_json(status.nfs)},
          {"peers", array_from(status.peers)},
          {"steps", array_from(status.steps)},
          {"fenced", to_array(status.fenced)},
          {"fencing", to_json(status.fencing)},
          {"in_the_way", to_array(status.in_the_way)},
          {"uptime_ms", status.told_at.count()}};
}

Status status_from_json(const json& document) {
  const Error none("this is no status document of a pnfs-ha agent", "start the agent again");
  if (!document.is_object()) throw none;
  format_of(document, status_format);
  const auto role = role_names.find(value_of(document, "role", ""));
  constexpr Host::Duration::rep never = -1;
  const auto told_at = value_of(document, "uptime_ms", never);
  if (!role || told_at == never) throw none;
  const json &mirror = object_of(document, "mirror"), &vip = object_of(document, "vip");
  const auto steps = each_of(document, "steps", step_from_json);
  return {.version = value_of(document, "version", ""),
          .cluster = value_of(document, "cluster", ""),
          .server = value_of(document, "node", ""),
          .role = *role,
          .reason = value_of(document, "reason", ""),
          .maintenance = value_of(document, "maintenance", false),
          .vrrp = vrrp_names.find(value_of(document, "vrrp", "")).value_or(Vrrp::unknown),
          .lun = lun_from_json(object_of(document, "lun")),
          .mirror = {.connection = value_of(mirror, "connection", ""),
                     .role = value_of(mirror, "role", ""),
                     .peer_role = {},
                     .disk = value_of(mirror, "disk", ""),
                     .peer_disk = value_of(mirror, "peer_disk", "")},
          .vip = value_of(vip, "address", ""),
          .vip_present = value_of(vip, "present", false),
          .nfs = nfs_from_json(object_of(document, "nfs")),
          .peers = each_of(document, "peers", peer_from_json),
          .steps = {steps.begin(), steps.end()},
          .fenced = each_of(document, "fenced", fenced_from_json),
          .fencing = fencing_from_json(object_of(document, "fencing")),
          .in_the_way = each_of(document, "in_the_way", mount_user_from_json),
          .told_at = Host::Duration(told_at)};
}

}  // namespace pnfs_ha
