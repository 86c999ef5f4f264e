// What the agent answers: to the administrator on its own server, and to a server that wants to join.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "acts.h"
#include "agent/agent.h"
#include "base/error.h"
#include "base/format.h"
#include "config/mirror_secret.h"
#include "control/message.h"
#include "control/token.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr seconds refusal_interval(10);
constexpr seconds switchover_limit(30);  // how long a server that stood down waits for another to take over

bool may_ask(Origin origin, const Question& question) {
  switch (origin) {
    case Origin::local:
      return !std::holds_alternative<RescanQuestion>(question);
    case Origin::peer:
      return std::holds_alternative<JoinQuestion>(question) ||
             std::holds_alternative<HealthQuestion>(question) ||
             std::holds_alternative<RescanQuestion>(question);
    case Origin::network:
      return std::holds_alternative<JoinQuestion>(question);
  }
  return false;
}

// One that was known has other addresses.
bool is_moved(const ClusterConfig& before, const ClusterConfig& after) {
  return before.servers.size() == after.servers.size() && before != after;
}

}  // namespace

json Agent::answer(const json& message, Origin origin) {
  try {
    format_of(message, message_format);
    const Question question = question_from_json(message);
    if (!may_ask(origin, question)) throw unknown_question(message);
    return std::visit([this](const auto& asked) { return to_json(reply(asked)); }, question);
  } catch (const NewerFormat& newer) {
    return refusal(Error(newer.what(), "update pnfs-ha on " + server_.self.name));
  } catch (const Error& error) {
    return refusal(error);
  } catch (const Stuck& stuck) {  // of which the next look will tell what it means
    return refusal(Error(stuck.what()));
  } catch (const std::exception& error) {
    return refusal(Error(std::string("malformed question: ") + error.what()));
  }
}

// Anybody of the network can ask as often as he likes.
void Agent::tell_of_refusal(const std::string& why) {
  if (host_.uptime() < refusal_due_) return;
  refusal_due_ = host_.uptime() + refusal_interval;
  spdlog::warn("a server that wanted to join was refused: {}", why);
}

bool Agent::is_server(const std::string& address) const {
  // The active may speak from the VIP (RFC 6724).
  if (same_address(server_.config.vip.address, address)) return true;
  return std::ranges::any_of(server_.config.servers, [&](const ServerConfig& server) {
    return same_address(server.address, address) || same_address(server.replication_address, address);
  });
}

JoinAnswer Agent::reply(const JoinQuestion& question) try {
  require_join_token(host_, question.token, question.server ? question.server->name : "");
  if (question.server) {
    const ServerConfig& server = *question.server;
    if (server.name == server_.self.name)
      throw Error(server.name + " is the first server's own name",
                  "give the new server a host name of its own");
    const ClusterConfig wider = with_server(server_.config, server);
    if (is_moved(server_.config, wider) && server_.mirror.state().connection == "Connected")
      throw Error(server.name + " is in the cluster, connected, with other addresses",
                  "stop its agent first, or give the new server another name");
    save_cluster_config(host_, wider);
    server_.config = wider;
    configure_services(server_);
    server_.mirror.adjust();
    use_up_join_token(host_, server.name);
    spdlog::info("{} joined the cluster: {}, mirror {}", server.name, server.address,
                 server.replication_address);
    return {to_toml(server_.config), MirrorSecret::read(host_)};
  }
  return {to_toml(server_.config), {}};
} catch (const Error& error) {
  tell_of_refusal(error.what());
  throw;
}

RoleAnswer Agent::reply(const SwitchoverQuestion& question) {
  if (role_ != Role::active)
    throw Error("this server is not active", "ask the active one: see `pnfs-ha status`");
  const MirrorState mirror = server_.mirror.state();
  if (!mirror.peer_is_ready())
    throw Error("no other server is ready to take over: its copy of the NFS state is " +
                    (mirror.peer_disk.empty() ? "missing" : mirror.peer_disk),
                "wait until `pnfs-ha status` is healthy");
  if (question.only_ask) return {role_};
  stand_down_until_ = host_.uptime() + switchover_limit;
  tick();
  return {role_};
}

RoleAnswer Agent::reply(const MaintenanceQuestion& question) {
  if (question.on) {
    if (role_ == Role::active && !question.force)
      throw Error("this server is active", "`pnfs-ha switchover` first");
    host_.write_file(Observer::maintenance_file, "");
  } else if (host_.resolve(Observer::maintenance_file)) {
    host_.remove_file(Observer::maintenance_file);
  }
  tick();
  return {role_};
}

HealthAnswer Agent::reply(const HealthQuestion&) {
  const bool can_take_over = role_ == Role::standby && stands_ && seen_.reservation.has_value();
  return {role_, health_of(status()), to_toml(server_.config), can_take_over};
}

// A path whose death the kernel has not noticed may keep the agent waiting: a standby can, who serves cannot. What
// a rescan does late does no harm.
RescanAnswer Agent::reply(const RescanQuestion&) try {
  if (role_ == Role::active)
    throw Error(server_.self.name + " is active, and rescans for nobody else", "`pnfs-ha grow` there");
  spdlog::info("the active has this server read the LUN's size again");
  return {rescan_paths(host_, server_.lun.device())};
} catch (const Stuck& stuck) {
  throw Error(stuck.what(), "check this server's paths to the LUN");
}

// What does not end may come late, and make this server's state the truth.
RecoverAnswer Agent::reply(const RecoverQuestion& question) try {
  if (!see()) throw Error(reason_);
  RecoverAnswer answer{interventions(seen_, server_.records.lost())};
  for (const Intervention& intervention : answer.interventions)
    if (intervention.kind == question.decision) intervene(intervention);
  return answer;
} catch (const Stuck& stuck) {
  fence_self(stuck.what());
  throw Error(stuck.what());
}

void Agent::intervene(const Intervention& intervention) {
  spdlog::warn("an administrator decided: {}", intervention.action);
  switch (intervention.kind) {
    case InterventionKind::begin_with_blank_mirror:
      server_.mirror.declare_current(StateMirror::Peer::absent);
      break;
    case InterventionKind::serve_without_records:
      server_.records.allow_loss();
      break;
    case InterventionKind::serve_once_more:
      server_.terms.allow();
      break;
    case InterventionKind::preempt_stranger:
      server_.reservation.take_from_stranger();
      break;
  }
  retry_at_ = host_.uptime();
  tick();
}

}  // namespace pnfs_ha
