// The command line of the random searches: numbers, each behind its name.
#pragma once

#include <chrono>
#include <map>
#include <string>

namespace pnfs_ha {

using SoakOptions = std::map<std::string, unsigned long>;

inline unsigned long seed_by_the_clock() {
  constexpr long handy = 1'000'000'000;
  return static_cast<unsigned long>(std::chrono::system_clock::now().time_since_epoch().count() % handy);
}

// no: one that is not among them, or without a value. Throws what std::stoul() does.
inline bool read_soak_options(int argc, char** argv, SoakOptions& given) {
  for (int i = 1; i < argc; i += 2) {
    const auto option = given.find(argv[i]);
    if (i + 1 == argc || option == given.end()) return false;
    option->second = std::stoul(argv[i + 1]);
  }
  return true;
}

}  // namespace pnfs_ha
