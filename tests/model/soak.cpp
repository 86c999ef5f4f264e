// model_soak [--servers N] [--steps N] [--seed N]: random histories, each healed at its end. The same seed
// gives the same histories; without one the clock chooses it.
//
// model_soak [--servers N] --explore WORLDS [--faults N]: every world that so many faults can lead to,
// breadth first; after so many worlds it ends with a whole depth. It needs about 60 bytes a world.
#include <iostream>
#include <string>

#include "../soak_options.h"
#include "checker.h"

namespace {

using namespace pnfs_ha;
using namespace pnfs_ha::model;

int usage() {
  std::cerr << "usage: model_soak [--servers 2|3] [--steps N] [--seed N]\n"
               "       model_soak [--servers 2|3] --explore WORLDS [--faults N]\n";
  return 2;
}

int report(const Found& found, const std::string& explored) {
  std::cout << (found.violation.empty() ? "no violation in " + explored : found.summary()) << std::endl;
  return found.violation.empty() ? 0 : 1;
}

int explore(int servers, int faults, std::size_t worlds) {
  std::cout << "model_soak: " << servers << " servers, " << faults << " faults" << std::endl;
  const Found found = search(servers == 2 ? real_rules() : rules_with_records_saved_at_once(),
                             {.servers = servers,
                              .most_worlds = worlds,
                              .settle_every = 5000,
                              .bounds = {.faults = faults, .changes = 1}});
  return report(found, found.summary());
}

int wander(int servers, std::size_t steps, unsigned seed) {
  std::cout << "model_soak --steps " << steps << " --seed " << seed << " --servers " << servers << std::endl;
  const Found found = walk(rules_with_records_saved_at_once(),
                           {.servers = servers, .bounds = {.faults = 20, .changes = 4}}, steps, seed);
  return report(
      found, std::to_string(found.worlds) + " moves, " + std::to_string(found.settled) + " histories healed");
}

}  // namespace

int main(int argc, char** argv) try {
  SoakOptions given = {{"--servers", 2},
                       {"--steps", 1'000'000},
                       {"--seed", seed_by_the_clock()},
                       {"--explore", 0},
                       {"--faults", 2}};
  if (!read_soak_options(argc, argv, given)) return usage();
  const int servers = static_cast<int>(given["--servers"]);
  if (servers < 2 || servers > most_servers) return usage();
  if (given["--explore"] != 0)
    return explore(servers, static_cast<int>(given["--faults"]), given["--explore"]);
  return wander(servers, given["--steps"], static_cast<unsigned>(given["--seed"]));
} catch (const std::exception& error) {
  std::cerr << "model_soak: " << error.what() << '\n';
  return 2;
}
