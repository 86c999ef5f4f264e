// model_soak [--steps N] [--seed N] [--servers N]: random histories, each healed at its end. The same seed
// gives the same histories; without one the clock chooses it.
#include <chrono>
#include <iostream>
#include <string>

#include "checker.h"

namespace {

using namespace pnfs_ha::model;

int usage() {
  std::cerr << "usage: model_soak [--steps N] [--seed N] [--servers 2|3]\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) try {
  unsigned long steps = 1'000'000;
  unsigned long seed =
      static_cast<unsigned long>(std::chrono::system_clock::now().time_since_epoch().count());
  int servers = 2;
  seed %= 1'000'000'000;
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    if (i + 1 == argc) return usage();
    if (option == "--steps")
      steps = std::stoul(argv[i + 1]);
    else if (option == "--seed")
      seed = std::stoul(argv[i + 1]);
    else if (option == "--servers")
      servers = std::stoi(argv[i + 1]);
    else
      return usage();
  }
  if (servers < 2 || servers > most_servers) return usage();
  std::cout << "model_soak --steps " << steps << " --seed " << seed << " --servers " << servers << std::endl;

  const auto begin = std::chrono::steady_clock::now();
  const Found found =
      walk(rules_with_records_saved_at_once(), {.servers = servers, .bounds = {.faults = 20, .changes = 4}},
           steps, static_cast<unsigned>(seed));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (!found.violation.empty()) {
    std::cout << found.summary();
    return 1;
  }
  std::cout << "no violation in " << found.worlds << " moves, " << found.settled << " histories healed, "
            << took.count() << " s\n";
  return 0;
} catch (const std::exception& error) {
  std::cerr << "model_soak: " << error.what() << '\n';
  return 2;
}
