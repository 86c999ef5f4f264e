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

}  // namespace

void ask_peers(Status& status, const Files& files) {
  for (PeerStatus& peer : status.peers) try {
      const ClusterConfig config = load_cluster_config(files);
      const HealthAnswer answer = health_answer_from_json(
          ask_agent(peer.address, config.port, to_json(HealthQuestion{}), time_to_answer));
      peer.role = answer.role;
      peer.trouble =
          answer.verdict.health == Health::healthy ? what_differs(config, answer.config) : answer.verdict.why;
    } catch (const Error& error) {
      peer.trouble = error.what();
    }
}

}  // namespace pnfs_ha
