#include "peers.h"

#include "agent/question.h"
#include "base/error.h"
#include "config/cluster_config.h"
#include "control/client.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds time_to_answer(2);

std::string what_differs(const ClusterConfig& here, const std::string& text) {
  const auto found = differences(here, parse_cluster_config(text, "its cluster.toml"));
  if (found.empty()) return {};
  const auto value = [](const std::string& one) { return one.empty() ? std::string("nothing") : one; };
  const Difference& first = found.front();
  const std::string more = found.size() > 1 ? " (and " + std::to_string(found.size() - 1) + " more)" : "";
  return "its cluster.toml says otherwise: " + first.key + " is " + value(first.from) + " here, " +
         value(first.to) + " there" + more;
}

HealthAnswer ask(const std::string& address, int port) {
  return health_answer_from_json(ask_agent(address, port, to_json(HealthQuestion{}), time_to_answer));
}

}  // namespace

void ask_peers(Status& status, const Files& files) {
  for (PeerStatus& peer : status.peers) try {
      const ClusterConfig config = load_cluster_config(files);
      const HealthAnswer answer = ask(peer.address, config.port);
      peer.role = answer.role;
      peer.trouble =
          answer.verdict.health == Health::healthy ? what_differs(config, answer.config) : answer.verdict.why;
    } catch (const Error& error) {
      peer.trouble = error.what();
    }
}

void require_successor(const Server& server) {
  std::string why;
  for (const ServerConfig& other : server.config.servers) {
    if (other.id == server.self.id) continue;
    try {
      const HealthAnswer answer = ask(other.address, server.config.port);
      if (answer.can_take_over) return;
      why = other.name + " cannot take over: " + answer.verdict.why;
    } catch (const Error&) {
      return;
    }
  }
  if (!why.empty()) throw Error(why, "wait until `pnfs-ha status` is healthy there");
}

}  // namespace pnfs_ha
