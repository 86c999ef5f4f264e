// Random histories: time passes, troubles come and go, an administrator asks for something.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "world.h"

namespace pnfs_ha::outage {

struct Found {
  std::string rule;  // empty: nothing
  std::string what;
  std::size_t moves = 0;
  Duration time{0};  // that passed in the world
  Duration longest_outage{0};
};

// One history from a cold start. Ends with a violation, or after so many moves.
Found wander(std::uint64_t seed, std::size_t moves, const Product& product);

}  // namespace pnfs_ha::outage
