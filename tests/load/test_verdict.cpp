#include <gtest/gtest.h>

#include "ledger.h"
#include "verdict.h"

namespace pnfs_load {
namespace {

constexpr std::uint64_t file = 0xabc;
constexpr std::uint64_t block = 7;

Reading holds(std::uint64_t sequence) {
  return {Content::stamped, {file, block, sequence}};
}

void expect_lost(const Verdict& verdict, const std::string& expected, const std::string& found) {
  EXPECT_EQ(verdict.judgement, Judgement::lost);
  EXPECT_EQ(verdict.expected, expected);
  EXPECT_EQ(verdict.found, found);
}

TEST(Verdict, an_older_sequence_than_acknowledged_is_a_lost_write) {
  expect_lost(judge(holds(4), file, block, {5, 5, false}), "sequence 5", "sequence 4");
  EXPECT_EQ(judge(holds(5), file, block, {5, 5, false}).judgement, Judgement::good);
}

TEST(Verdict, a_write_under_way_may_show_or_not_but_nothing_beyond_it) {
  const Allowed allowed{5, 6, true};
  EXPECT_EQ(judge(holds(5), file, block, allowed).judgement, Judgement::good);
  EXPECT_EQ(judge(holds(6), file, block, allowed).judgement, Judgement::good);
  expect_lost(judge(holds(7), file, block, allowed), "sequence 5 to 6", "sequence 7");
}

TEST(Verdict, a_mixture_is_excused_only_while_a_write_is_under_way) {
  const Reading mixture{Content::damaged, {file, block, 6}};
  EXPECT_EQ(judge(mixture, file, block, {5, 6, true}).judgement, Judgement::undecided);
  expect_lost(judge(mixture, file, block, {6, 6, false}), "sequence 6",
              "a block whose checksum does not match");
}

TEST(Verdict, zeros_are_lost_even_while_a_write_is_under_way) {
  expect_lost(judge({Content::blank, {}}, file, block, {5, 6, true}), "sequence 5 to 6", "zeros");
  expect_lost(judge({Content::foreign, {}}, file, block, {}), "sequence 1 or later", "data without a stamp");
}

TEST(Verdict, another_place_s_block_is_lost_whatever_its_sequence) {
  expect_lost(judge({Content::stamped, {file, block + 1, 9}}, file, block, {}), "sequence 1 or later",
              "block 8 of file 0000000000000abc");
  expect_lost(judge({Content::stamped, {0xdef, block, 9}}, file, block, {}), "sequence 1 or later",
              "block 7 of file 0000000000000def");
}

class ALedger : public ::testing::Test {
 protected:
  Ledger ledger{{{0, file, 8}}};
};

TEST_F(ALedger, owes_what_was_acknowledged_before_the_read_began) {
  const std::uint64_t sequence = ledger.issue(0, block);
  ledger.acknowledge(0, block, sequence);
  const BlockState before = ledger.state(0, block);
  const Allowed allowed = allowed_between(before, ledger.state(0, block));
  EXPECT_EQ(sequence, 2U);
  EXPECT_EQ(judge(holds(1), file, block, allowed).judgement, Judgement::lost);
  EXPECT_EQ(judge(holds(2), file, block, allowed).judgement, Judgement::good);
  EXPECT_FALSE(allowed.disputed);
}

TEST_F(ALedger, does_not_owe_a_write_acknowledged_during_the_read) {
  const BlockState before = ledger.state(0, block);
  ledger.acknowledge(0, block, ledger.issue(0, block));
  const Allowed allowed = allowed_between(before, ledger.state(0, block));
  EXPECT_EQ(judge(holds(1), file, block, allowed).judgement, Judgement::good);
  EXPECT_EQ(judge(holds(2), file, block, allowed).judgement, Judgement::good);
  EXPECT_TRUE(allowed.disputed);
}

TEST_F(ALedger, keeps_a_failed_write_disputed_until_the_next_one_is_acknowledged) {
  ledger.issue(0, block);  // fails: never acknowledged
  const BlockState failed = ledger.state(0, block);
  EXPECT_EQ(failed, (BlockState{1, 2}));
  EXPECT_TRUE(allowed_between(failed, failed).disputed);

  ledger.acknowledge(0, block, ledger.issue(0, block));
  const BlockState mended = ledger.state(0, block);
  EXPECT_EQ(mended, (BlockState{3, 3}));
  EXPECT_FALSE(allowed_between(mended, mended).disputed);
}

TEST_F(ALedger, goes_on_from_what_was_found) {
  ledger.found(0, block, 41);
  EXPECT_EQ(ledger.issue(0, block), 42U);
  EXPECT_EQ(ledger.state(0, block), (BlockState{41, 42}));
  EXPECT_EQ(ledger.state(0, block - 1), BlockState{});
}

}  // namespace
}  // namespace pnfs_load
