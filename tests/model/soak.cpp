// model_soak [--servers N] [--steps N] [--seed N]: random histories, each healed at its end. The same seed
// gives the same histories; without one the clock chooses it.
//
// model_soak [--servers N] --explore WORLDS [--faults N]: every world that so many faults can lead to,
// breadth first; after so many worlds it ends with a whole depth. It needs about 60 bytes a world.
#include <chrono>
#include <iostream>
#include <map>
#include <string>

#include "checker.h"

namespace {

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

unsigned long by_the_clock() {
  constexpr long handy = 1'000'000'000;
  return static_cast<unsigned long>(std::chrono::system_clock::now().time_since_epoch().count() % handy);
}

}  // namespace

int main(int argc, char** argv) try {
  std::map<std::string, unsigned long> given = {{"--servers", 2},
                                                {"--steps", 1'000'000},
                                                {"--seed", by_the_clock()},
                                                {"--explore", 0},
                                                {"--faults", 2}};
  for (int i = 1; i < argc; i += 2) {
    const auto option = given.find(argv[i]);
    if (i + 1 == argc || option == given.end()) return usage();
    option->second = std::stoul(argv[i + 1]);
  }
  const int servers = static_cast<int>(given["--servers"]);
  if (servers < 2 || servers > most_servers) return usage();
  if (given["--explore"] != 0)
    return explore(servers, static_cast<int>(given["--faults"]), given["--explore"]);
  return wander(servers, given["--steps"], static_cast<unsigned>(given["--seed"]));
} catch (const std::exception& error) {
  std::cerr << "model_soak: " << error.what() << '\n';
  return 2;
}
