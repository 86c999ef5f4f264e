// The real decision function and the real plan, in every world that can be reached.
#include <gtest/gtest.h>

#include <set>

#include "checker.h"

namespace pnfs_ha::model {
namespace {

// The count of worlds belongs to the result: a model that explores little proves little.
void expect_safe(const Rules& rules, const Search& how, std::size_t at_least) {
  const Found found = search(rules, how);
  std::cout << found.summary() << '\n';
  EXPECT_TRUE(found.violation.empty());
  EXPECT_GE(found.worlds, at_least);
}

TEST(Model, TwoServersWithoutFaults) {
  const Rules rules = real_rules();
  const Found found = search(rules, {.settle_every = 20, .bounds = {.faults = 0, .changes = 2}});
  std::cout << found.summary() << '\n';
  EXPECT_TRUE(found.violation.empty());
  EXPECT_TRUE(found.closed);
}

// Any one fault at any moment, and everything that can follow from it.
TEST(Model, TwoServersWithOneFaultExhaustively) {
  const Rules rules = real_rules();
  const Found found = search(rules, {.settle_every = 1000, .bounds = {.faults = 1, .changes = 1}});
  std::cout << found.summary() << '\n';
  EXPECT_TRUE(found.violation.empty());
  EXPECT_TRUE(found.closed);

  // Nothing that the model knows is left out: it would prove nothing about it.
  const std::set<Happening> not_in_these_rules = {Happening::records_half_saved, Happening::nfsd_registers,
                                                  Happening::nfsd_reserves};
  for (Byte i = 0; i < static_cast<Byte>(Happening::count_of_happenings); ++i)
    EXPECT_NE(found.happened >> i & 1, not_in_these_rules.contains(Happening(i))) << "happening " << int(i);
  for (Byte i = 1; i < static_cast<Byte>(Task::count_of_tasks); ++i)
    EXPECT_TRUE(found.acted >> i & 1) << "task " << int(i);
}

TEST(Model, TwoServersWithOneFaultAndRecordsSavedAtOnceExhaustively) {
  expect_safe(rules_with_records_saved_at_once(), {.bounds = {.faults = 1, .changes = 1}}, 5'000'000);
}

TEST(Model, TwoServersWithThreeFaults) {
  expect_safe(real_rules(),
              {.most_worlds = 3'000'000, .settle_every = 2000, .bounds = {.faults = 3, .changes = 1}},
              3'000'000);
}

TEST(Model, TwoServersWithStockNfsdThatDoesNothingByItself) {
  expect_safe(rules_for_stock_nfsd(),
              {.most_worlds = 1'500'000, .settle_every = 2000, .bounds = {.faults = 2, .changes = 1}},
              1'500'000);
}

TEST(Model, ThreeServers) {
  expect_safe(
      rules_with_records_saved_at_once(),
      {.servers = 3, .most_worlds = 4'000'000, .settle_every = 2000, .bounds = {.faults = 2, .changes = 1}},
      4'000'000);
}

TEST(Model, RandomHistoriesOfTwoAndThreeServers) {
  for (const int servers : {2, 3}) {
    const Found found = walk(rules_with_records_saved_at_once(),
                             {.servers = servers, .bounds = {.faults = 12, .changes = 4}}, 200'000, 1);
    std::cout << found.summary() << '\n';
    EXPECT_TRUE(found.violation.empty());
  }
}

TEST(Model, TwoServersWithTwoChangesOfTheRecords) {
  expect_safe(real_rules(), {.most_worlds = 3'000'000, .bounds = {.faults = 1, .changes = 2}}, 3'000'000);
}

TEST(Model, RedundancyComesBackIfTheActiveReconnectsItsMirror) {
  expect_safe(real_rules(),
              {.most_worlds = 2'000'000,
               .settle_every = 50,
               .wanted = Wanted::redundancy,
               .bounds = {.faults = 1, .changes = 1}},
              2'000'000);
}

}  // namespace
}  // namespace pnfs_ha::model
