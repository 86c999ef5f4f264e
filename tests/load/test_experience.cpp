#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "experience.h"
#include "pace.h"
#include "progress.h"

namespace pnfs_load {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class AnExperience : public ::testing::Test {
 protected:
  void operation(const char* name, Clock::duration lasts) {
    experience.begin(name, now);
    now += lasts;
    experience.end(now);
  }

  Instant begin{};
  Instant now = begin;
  Experience experience;
};

TEST_F(AnExperience, names_the_longest_operation_and_lists_the_stalls) {
  operation("read", milliseconds(1));
  operation("read", milliseconds(500));  // not yet a stall
  operation("read", milliseconds(501));
  operation("write", seconds(10));
  operation("read", milliseconds(2));

  const Summary summary = experience.summary(now);
  EXPECT_EQ(summary.operations, 5U);
  EXPECT_EQ(summary.stalls, 2U);
  ASSERT_EQ(summary.stall_list.size(), 2U);
  EXPECT_EQ(summary.stall_list[0].start - begin, milliseconds(501));
  EXPECT_EQ(summary.stall_list[0].lasted, milliseconds(501));
  EXPECT_STREQ(summary.stall_list[1].name, "write");
  EXPECT_STREQ(summary.longest->name, "write");
  EXPECT_EQ(summary.longest->lasted, seconds(10));
  EXPECT_TRUE(summary.longest->finished);
  EXPECT_FALSE(summary.running);
}

TEST_F(AnExperience, shows_a_hanging_operation_as_the_stall_it_is) {
  operation("read", seconds(1));
  experience.begin("read", now);
  const Summary early = experience.summary(now + milliseconds(400));
  EXPECT_EQ(early.stalls, 1U);
  EXPECT_EQ(early.longest->lasted, seconds(1));
  EXPECT_EQ(early.running->lasted, milliseconds(400));

  const Summary late = experience.summary(now + seconds(12));
  EXPECT_EQ(late.operations, 1U);
  EXPECT_EQ(late.stalls, 2U);
  EXPECT_FALSE(late.stall_list.back().finished);
  EXPECT_EQ(late.longest->lasted, seconds(12));
  EXPECT_FALSE(late.longest->finished);

  now += seconds(13);
  experience.end(now);
  EXPECT_EQ(experience.summary(now).stalls, 2U);
  EXPECT_TRUE(experience.summary(now).stall_list.back().finished);
}

TEST_F(AnExperience, counts_every_error_and_lists_the_first_ones) {
  for (std::size_t i = 0; i < list_limit + 50; ++i) {
    experience.begin("write", now);
    now += milliseconds(1);
    experience.end_failed(EIO, "block " + std::to_string(i), now);
  }
  const Summary summary = experience.summary(now);
  EXPECT_EQ(summary.failures, list_limit + 50);
  EXPECT_EQ(summary.operations, list_limit + 50);
  ASSERT_EQ(summary.failure_list.size(), list_limit);
  EXPECT_EQ(summary.failure_list[2].detail, "block 2");
  EXPECT_EQ(summary.failure_list[2].error_number, EIO);
  EXPECT_EQ(summary.failure_list[2].start - begin, milliseconds(2));
}

TEST_F(AnExperience, lists_the_longest_of_too_many_stalls_in_their_order) {
  operation("read", seconds(2));
  for (std::size_t i = 0; i < list_limit + 10; ++i)
    operation("read", milliseconds(600 + static_cast<int>(i)));
  operation("read", seconds(30));
  const Summary summary = experience.summary(now);
  EXPECT_EQ(summary.stalls, list_limit + 12);
  ASSERT_EQ(summary.stall_list.size(), list_limit);
  EXPECT_EQ(summary.stall_list.front().lasted, seconds(2));
  EXPECT_EQ(summary.stall_list[1].lasted, milliseconds(612));  // the twelve shortest are only counted
  EXPECT_EQ(summary.stall_list.back().lasted, seconds(30));
}

TEST_F(AnExperience, gives_quantiles_within_a_sixteenth) {
  EXPECT_FALSE(experience.summary(now).p50);
  for (int i = 1; i <= 1000; ++i) operation("read", microseconds(100 * i));
  const Summary summary = experience.summary(now);
  EXPECT_GE(*summary.p50, milliseconds(50));
  EXPECT_LE(*summary.p50, microseconds(53'200));
  EXPECT_GE(*summary.p99, milliseconds(99));
  EXPECT_LE(*summary.p99, milliseconds(100));  // never beyond the longest
}

TEST(Latencies, holds_any_duration) {
  for (const Clock::duration duration :
       {Clock::duration{}, Clock::duration(microseconds(31)), Clock::duration(microseconds(32)),
        Clock::duration(microseconds(33)), Clock::duration(std::chrono::hours(24 * 365))}) {
    Latencies latencies;
    latencies.add(duration);
    EXPECT_EQ(latencies.quantile(0.5), duration);
  }
}

TEST(Progress, tells_rates_and_what_hangs) {
  Experience reads, writes, metadata;
  Instant now{};
  Progress progress;
  for (int i = 0; i < 40; ++i) {
    reads.begin("read", now);
    reads.end(now);
  }
  now += seconds(1);
  EXPECT_EQ(progress.line(seconds(1), reads.summary(now), writes.summary(now), metadata.summary(now)),
            "1.0s read 40/s write 0/s metadata 0/s");
  metadata.begin("unlink", now);
  now += milliseconds(2500);
  EXPECT_EQ(progress.line(milliseconds(3500), reads.summary(now), writes.summary(now), metadata.summary(now)),
            "3.5s read 0/s write 0/s metadata 0/s (unlink for 2.5s)");
}

TEST(Pace, drops_the_turns_it_overslept_and_wakes_at_the_stop) {
  Stop stop;
  Pace pace(stop, milliseconds(40));
  ASSERT_TRUE(pace.turn());
  const Instant first = pace.due();
  std::this_thread::sleep_for(milliseconds(130));
  ASSERT_TRUE(pace.turn());
  EXPECT_GE(pace.due() - first, milliseconds(130));
  const Instant late = pace.due();
  ASSERT_TRUE(pace.turn());
  EXPECT_EQ(pace.due() - late, milliseconds(40));  // not at once, to make up for the lost ones

  stop.request();
  Pace slow(stop, std::chrono::hours(1));
  EXPECT_FALSE(slow.turn());
}

}  // namespace
}  // namespace pnfs_load
