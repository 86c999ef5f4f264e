// Two real agents in random worlds: a few of the histories that outage_soak walks for hours.
#include <gtest/gtest.h>

#include "moves.h"

namespace pnfs_ha::outage {
namespace {

TEST(Outage, NoneThatAServerCouldHaveEnded) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Found found = wander(seed, 120, {});
    EXPECT_TRUE(found.rule.empty()) << found.rule << ": " << found.what;
  }
}

// The world can fail.
TEST(Outage, IsThereWithoutAGuard) {
  std::string rule;
  // Some seeds in a hundred; whatever takes another step moves which.
  for (std::uint64_t seed = 41; seed <= 140 && rule != "outage"; ++seed)
    rule = wander(seed, 60, {.guarded = false}).rule;
  EXPECT_EQ(rule, "outage");
}

TEST(Outage, IsTheSameAgainFromItsSeed) {
  const Found one = wander(7, 80, {}), again = wander(7, 80, {});
  EXPECT_GT(one.time, std::chrono::minutes(1));
  EXPECT_EQ(one.time, again.time);
  EXPECT_EQ(one.longest_outage, again.longest_outage);
  EXPECT_EQ(one.what, again.what);
}

}  // namespace
}  // namespace pnfs_ha::outage
