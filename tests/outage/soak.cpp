// outage_soak [--seed N] [--moves N] [--history N] [--keep-going 1] [--guard 0]: random histories of two
// servers, --history moves each; the first has the seed, the next one the seed + 1. It ends with the first
// violation, or, if it is to keep going, counts them by rule. --guard 0: a product without a guard.
#include <chrono>
#include <iostream>
#include <map>
#include <string>

#include "../soak_options.h"
#include "moves.h"

namespace {

using namespace pnfs_ha;
using namespace pnfs_ha::outage;

int usage() {
  std::cerr << "usage: outage_soak [--seed N] [--moves N] [--history N] [--keep-going 0|1] [--guard 0|1]\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) try {
  SoakOptions given = {{"--seed", seed_by_the_clock()},
                       {"--moves", 1'000'000},
                       {"--history", 1000},
                       {"--keep-going", 0},
                       {"--guard", 1}};
  if (!read_soak_options(argc, argv, given)) return usage();
  const bool guard = given["--guard"] != 0;
  std::cout << "outage_soak --seed " << given["--seed"] << " --moves " << given["--moves"] << " --history "
            << given["--history"] << " --guard " << guard << std::endl;
  const auto began = std::chrono::steady_clock::now();
  std::size_t moves = 0;
  std::chrono::milliseconds time{0}, longest{0};
  std::map<std::string, int> found;
  for (unsigned long seed = given["--seed"]; moves < given["--moves"]; ++seed) {
    const Found one =
        wander(seed, std::min(given["--history"], given["--moves"] - moves), {.guarded = guard});
    moves += std::max<std::size_t>(one.moves, 1);
    time += one.time;
    longest = std::max(longest, one.longest_outage);
    if (one.rule.empty()) continue;
    ++found[one.rule];
    std::cout << "VIOLATION (" << one.rule << "): " << one.what << std::endl;
    if (given["--keep-going"] == 0) break;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << moves << " moves, " << time.count() / 3'600'000 << " h of the world, in "
            << static_cast<long>(took.count()) << " s; "
            << static_cast<long>(static_cast<double>(moves) / took.count())
            << " moves a second; the longest outage that some server could have ended: " << longest.count()
            << " ms\n";
  for (const auto& [rule, times] : found) std::cout << rule << ": " << times << '\n';
  return found.empty() ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "outage_soak: " << error.what() << '\n';
  return 2;
}
