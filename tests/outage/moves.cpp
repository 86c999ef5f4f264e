#include "moves.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "agent/question.h"

namespace pnfs_ha::outage {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t most_troubles = 3;
constexpr std::size_t moves_between_heals = 50;
constexpr std::size_t events_told = 60;

bool all_is_well(const World& world) {
  const auto serves = [&](const Node& n) {
    return Judge::serves(world, n) && n.machine->mirror.peer_is_ready();
  };
  return Judge::is_calm(world) && std::ranges::any_of(world.nodes, serves);
}

// Until both servers are there again: most faults are found one at a time.
void heal(World& world) {
  world.log.add(world.now, "world", "heals");
  while (!world.troubles.empty()) world.end_trouble(world.troubles.size() - 1);
  for (const Duration end = world.now + minutes(5); !all_is_well(world);) {
    if (world.now >= end)
      throw Violation("no redundancy", "nothing is wrong for five minutes, and one server is not ready");
    world.pass(seconds(1));
  }
}

void ask_for_switchover(World& world) {
  for (Node& node : world.nodes) {
    if (!Judge::serves(world, node)) continue;
    node.questions.push_back(to_json(Question(SwitchoverQuestion{})));
    node.switched_over_at = world.now;
    node.agent.wake();
    return;
  }
}

void move(World& world) {
  Random& random = world.random;
  const std::size_t what = random.below(100);
  if (what < 22) {
    if (world.troubles.size() < most_troubles)
      if (const auto trouble = any_trouble(world)) world.add(*trouble);
  } else if (what < 28) {
    if (!world.troubles.empty()) world.end_trouble(random.below(world.troubles.size()));
  } else if (what < 31) {
    ask_for_switchover(world);
  } else if (what < 33) {
    world.node(static_cast<int>(random.below(2))).agent.kill();
  } else {
    world.pass(random.any_scale(Duration(100), seconds(20)));
  }
}

}  // namespace

Found wander(std::uint64_t seed, std::size_t moves, const Product& product) {
  World world(seed, product);
  Found found;
  try {
    for (; found.moves < moves; ++found.moves)
      found.moves % moves_between_heals == 0 ? heal(world) : move(world);
  } catch (const Violation& violation) {
    found.rule = violation.rule;
    found.what = fmt::format("seed {}, move {}, after {:.2f} s: {}\n{}{}", seed, found.moves,
                             std::chrono::duration<double>(world.now).count(), violation.what(),
                             Judge::describe(world), world.log.last(events_told));
  }
  found.time = world.now;
  found.longest_outage = world.judge.longest_outage;
  return found;
}

}  // namespace pnfs_ha::outage
