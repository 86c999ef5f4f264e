// What is chosen: the same for the same seed, and nothing that was left out.
#include <gtest/gtest.h>

#include <set>

#include "block_stamp.h"
#include "mix.h"
#include "reduce.h"

namespace pnfs_load {
namespace {

History choose(const Mix& mix, std::uint64_t seed, unsigned count) {
  ContentModel model(Pattern(seed), 0, 1);
  Chooser chooser(mix, seed);
  History history;
  for (unsigned number = 1; number <= count; ++number) {
    history.push_back(chooser.next(model, number));
    model.apply(history.back());
  }
  return history;
}

std::set<Kind> kinds_of(const History& history) {
  std::set<Kind> found;
  for (const Action& action : history) found.insert(action.kind);
  return found;
}

TEST(Mix, the_seed_decides) {
  EXPECT_EQ(choose(Mix(), 5, 500), choose(Mix(), 5, 500));
  EXPECT_NE(choose(Mix(), 5, 500), choose(Mix(), 6, 500));
  EXPECT_EQ(kinds_of(choose(Mix(), 5, 2000)).size(), kinds);
}

TEST(Mix, a_file_is_either_direct_or_goes_through_the_page_cache) {
  for (const Kind kind : kinds_of(choose(Mix().with(Access::direct), 1, 2000)))
    EXPECT_FALSE(is_buffered(kind));
  for (const Kind kind : kinds_of(choose(Mix().with(Access::page_cache), 1, 2000)))
    EXPECT_FALSE(is_direct(kind));
}

TEST(Mix, leaves_out_what_it_is_told_to) {
  Mix mix;
  mix.leave_out(Kind::punch);
  mix.leave_out(Kind::truncate);
  const auto chosen = kinds_of(choose(mix, 1, 2000));
  EXPECT_EQ(chosen.count(Kind::punch) + chosen.count(Kind::truncate), 0U);
  EXPECT_EQ(chosen.size(), kinds - 2);
}

TEST(Mix, direct_io_has_whole_blocks_and_everything_stays_inside) {
  Mix mix;
  mix.begin = 64 << 10;
  mix.end = 128 << 10;
  mix.whole_file = false;
  for (const Action& action : choose(mix, 3, 2000)) {
    if (action.kind >= Kind::truncate) {
      EXPECT_NE(action.kind, Kind::truncate);
      continue;
    }
    EXPECT_NE(action.kind, Kind::append);
    EXPECT_GE(action.offset, mix.begin) << to_string(action);
    EXPECT_LE(action.offset + action.length, mix.end) << to_string(action);
    if (is_direct(action.kind)) {
      EXPECT_EQ(action.offset % block_size + action.length % block_size, 0U) << to_string(action);
    }
  }
}

// Each block written is a range of its own in the worst case but one: every second one may be committed already.
std::uint64_t most_ranges_of_a_commit(const History& history) {
  std::uint64_t most = 0, ranges = 0;
  for (const Action& action : history) {
    if (action.kind == Kind::fsync) ranges = 0;
    if (!is_write(action.kind)) continue;
    const std::uint64_t first = action.offset / block_size,
                        last = (action.offset + action.length - 1) / block_size;
    ranges += (last - first + 2) / 2;
    most = std::max(most, ranges);
  }
  return most;
}

TEST(Mix, no_commit_has_more_ranges_than_a_stock_client_can_send) {
  Mix mix;
  mix.leave_out(Kind::fsync);
  EXPECT_LE(most_ranges_of_a_commit(choose(mix, 1, 5000)), 255U);
  mix.commits = Commits::unbounded;
  EXPECT_GT(most_ranges_of_a_commit(choose(mix, 1, 5000)), 255U);
}

TEST(Mix, commits_each_write_if_told_to) {
  Mix mix;
  mix.commits = Commits::each_write;
  const History history = choose(mix, 1, 1000);
  for (std::size_t i = 1; i < history.size(); ++i) {
    EXPECT_TRUE(!is_write(history[i - 1].kind) || history[i].kind == Kind::fsync) << to_string(history[i]);
  }
}

TEST(Action, is_read_as_it_is_written) {
  for (const Action& action : choose(Mix(), 1, 500)) EXPECT_EQ(parse_action(to_string(action)), action);
  EXPECT_EQ(parse_action("17 write-direct 4096 8192 client 2"),
            (Action{Kind::write_direct, 4096, 8192, 17, 2}));
  for (const char* line :
       {"", "17", "17 sing", "17 write-direct 4096", "17 fsync 1", "17 fsync client", "x fsync"})
    EXPECT_FALSE(parse_action(line)) << line;
}

TEST(Reduce, only_what_is_needed_is_left_in_its_order) {
  const History history = choose(Mix(), 1, 1000);
  const auto fails = [](const History& part) {  // 100 before 400 before 900
    unsigned next = 0;
    for (const Action& action : part) {
      if (action.number == std::array{100U, 400U, 900U, 0U}[next]) ++next;
    }
    return next == 3;
  };
  unsigned tries = 0;
  const History shortest = reduce(history, [&](const History& part) { return ++tries, fails(part); });
  EXPECT_EQ(shortest, (History{history[99], history[399], history[899]}));
  EXPECT_LT(tries, 200U);
}

TEST(Reduce, what_cannot_be_made_shorter_stays) {
  const History history = choose(Mix(), 1, 10);
  EXPECT_EQ(reduce(history, [](const History&) { return false; }), history);
  EXPECT_EQ(reduce(history, [](const History& part) { return !part.empty(); }).size(), 1U);
}

TEST(Reduce, touching_names_what_can_have_changed_these_bytes) {
  const History history{
      {Kind::write_direct, 0, 4096, 1},   {Kind::punch, 4096, 4096, 2}, {Kind::truncate, 0, 5000, 3},
      {Kind::write_buffered, 9000, 5, 4}, {Kind::fsync, 0, 0, 5},       {Kind::stat, 0, 0, 6},
      {Kind::read_direct, 4096, 4096, 7}};
  EXPECT_EQ(touching(history, 4096, 8192, 2), (History{history[1], history[2], history[4], history[6]}));
  EXPECT_EQ(touching(history, 0, 4096, 1), (History{history[0], history[4]}));
}

}  // namespace
}  // namespace pnfs_load
