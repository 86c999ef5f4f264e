// What the agent answers: to the administrator on its own server, and to a server that wants to join.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/agent.h"
#include "agent/recovery.h"
#include "base/error.h"
#include "config/render.h"
#include "control/message.h"
#include "control/token.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr seconds switchover_limit(30);  // how long a server that stood down waits for another to take over

}  // namespace

json Agent::answer(const json& question, Origin origin) {
  try {
    const std::string verb = question.value("verb", "");
    if (verb == "join") return admit(question);
    if (origin == Origin::local && verb == "switchover") return switch_over(question);
    if (origin == Origin::local && verb == "maintenance") return maintain(question);
    if (origin == Origin::local && verb == "recover") return recover(question);
    throw Error("unknown question '" + verb + "'", "are both servers of the same version?");
  } catch (const Error& error) {
    return refusal(error);
  } catch (const Stuck& stuck) {
    // Of what administrators may ask, most is for the active only, or makes this server's state the truth.
    fence_self(stuck.what());
    return refusal(Error(stuck.what()));
  } catch (const std::exception& error) {
    return refusal(Error(std::string("malformed question: ") + error.what()));
  }
}

bool Agent::is_server(const std::string& address) const {
  return std::ranges::any_of(node_.config.servers, [&](const ServerConfig& server) {
    return same_address(server.address, address) || same_address(server.replication_address, address);
  });
}

// A question without a server only asks for the configuration, so that the newcomer can check it first.
json Agent::admit(const json& question) {
  require_join_token(host_, question.value("token", ""));
  if (question.contains("server")) {
    const ServerConfig server = server_from_json(question.at("server"));
    if (server.name == host_.host_name())
      throw Error(server.name + " is the first server's own name",
                  "give the new server a host name of its own");
    const ClusterConfig wider = with_server(node_.config, server);
    save_cluster_config(host_, wider);
    node_.config = wider;
    if (write_configuration(host_, wider) == Changed::keepalived) node_.election.reload();
    node_.mirror.adjust();
    spdlog::info("{} joined the cluster", server.name);
  }
  return {{"config", to_toml(node_.config)}};
}

// With "only_ask" it only tells whether it would.
json Agent::switch_over(const json& question) {
  if (role_ != Role::active)
    throw Error("this server is not active", "ask the active one: see `pnfs-ha status`");
  const MirrorState mirror = node_.mirror.state();
  if (!mirror.peer_is_ready())
    throw Error("no other server is ready to take over: its copy of the NFS state is " +
                    (mirror.peer_disk.empty() ? "missing" : mirror.peer_disk),
                "wait until `pnfs-ha status` is healthy");
  if (question.value("only_ask", false)) return {{"role", to_string(role_)}};
  stand_down_until_ = host_.uptime() + switchover_limit;
  tick();
  return {{"role", to_string(role_)}};
}

json Agent::maintain(const json& question) {
  if (question.value("on", true)) {
    if (role_ == Role::active && !question.value("force", false))
      throw Error("this server is active", "`pnfs-ha switchover` first");
    host_.write_file(Senses::maintenance_file, "");
  } else if (host_.resolve(Senses::maintenance_file)) {
    host_.remove_file(Senses::maintenance_file);
  }
  tick();
  return {{"role", to_string(role_)}};
}

// Without a cure it only tells what there is to cure.
json Agent::recover(const json& question) {
  if (!see()) throw Error(reason_);
  json found = json::array();
  for (const Ailment& ailment : ailments(seen_, node_.records.lost())) {
    found.push_back({{"cure", to_string(ailment.cure)},
                     {"finding", ailment.finding},
                     {"act", ailment.act},
                     {"loss", ailment.loss}});
    if (question.value("cure", "") != to_string(ailment.cure)) continue;
    spdlog::warn("an administrator decided: {}", ailment.act);
    switch (ailment.cure) {
      case Cure::begin_with_blank_mirror:
        node_.mirror.declare_current(StateMirror::Peer::absent);
        break;
      case Cure::serve_without_records:
        node_.records.allow_loss();
        break;
      case Cure::preempt_stranger:
        node_.reservation.take_from_stranger();
        break;
    }
    retry_at_ = host_.uptime();
    tick();
  }
  return {{"ailments", found}};
}

}  // namespace pnfs_ha
