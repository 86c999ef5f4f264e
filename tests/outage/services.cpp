#include "services.h"

#include <spdlog/spdlog.h>

#include "agent/agent.h"
#include "agent/guard.h"
#include "agent/keeper.h"
#include "base/error.h"
#include "config/units.h"
#include "process_host.h"

namespace pnfs_ha::outage {
namespace {

using std::chrono::seconds;

// As the event loop does: what a handler throws is logged, and nothing else.
template <typename Act>
void logged(const Act& act) {
  try {
    act();
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
  }
}

}  // namespace

void run_agent(World& world, Node& node) {
  if (world.has(Kind::agent_refused, node)) throw UsageError("a configuration that is wrong");
  if (world.has(Kind::agent_fails, node)) throw Error("made to fail at its start");
  ProcessHost host(world, node, node.agent, ProcessHost::Calls::bounded);
  const auto announce = [&](seconds silence) { node.watched_until = world.now + silence; };
  Agent agent(host, load_cluster_config(host), announce);
  node.machine->units.insert(units::agent);
  for (Duration next = world.now;;) {
    if (node.fifo) {
      const Vrrp state = *std::exchange(node.fifo, std::nullopt);
      logged([&] { agent.notified(state); });
    } else if (!node.questions.empty()) {
      const nlohmann::json question = node.questions.front();
      node.questions.pop_front();
      const nlohmann::json answer = agent.answer(question, Origin::local);
      world.log.add(world.now, node.agent.name, "asked " + question.dump() + ": " + answer.dump());
    } else if (world.now >= next) {
      logged([&] { agent.tick(); });
      next = world.now + agent.interval();
    } else {
      node.agent.wait_until(next);
    }
  }
}

void run_keeper(World& world, Node& node) {
  ProcessHost host(world, node, node.keeper, ProcessHost::Calls::unbounded);
  Keeper keeper(host, load_cluster_config(host));
  for (;;) {
    try {
      keeper.round();
    } catch (const Error& error) {
      spdlog::info("{}", error.what());
    }
    host.sleep(Keeper::pause);
  }
}

void run_guard(World& world, Node& node) {
  ProcessHost host(world, node, node.guard, ProcessHost::Calls::unbounded);
  Guard guard(host);
  for (;;) {
    logged([&] { guard.look(); });
    host.sleep(Guard::pause);
  }
}

}  // namespace pnfs_ha::outage
