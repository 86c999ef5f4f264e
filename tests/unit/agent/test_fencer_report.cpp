// What the fencer tells, and what it makes of what others told before it.
#include "fencer_scene.h"

namespace pnfs_ha {
namespace {

TEST_F(FencerTest, a_report_of_an_earlier_start_of_nfsd_counts_for_nothing) {
  one_stranger();
  in_grace(false);
  run(seconds(3));
  ASSERT_TRUE(told());
  nfsd_started(70'000);
  EXPECT_FALSE(told());
  restart();
  run(seconds(3));
  EXPECT_EQ(told()->count, 0);
  host.files.erase("/run/pnfs-ha/nfsd-started");  // released
  EXPECT_FALSE(told());
  nfsd_started(70'000);
  host.files[fence_report_file] = "garbage";
  EXPECT_FALSE(told());
}

TEST_F(FencerTest, one_that_was_started_again_goes_on_with_what_the_one_before_told) {
  one_stranger();
  in_grace(false);
  run(seconds(3));
  restart();
  run(seconds(3));
  EXPECT_EQ(told()->count, 1);
  EXPECT_EQ(told()->fenced.size(), 1U);
}

// Clients wait for the blocks: nobody was fenced as long as nobody could be told.
TEST_F(FencerTest, fences_although_run_is_full) {
  one_stranger();
  in_grace(false);
  host.run_is_full = true;
  EXPECT_EQ(std::ranges::count(run(seconds(3)), preempts(1)), 1);
  host.run_is_full = false;
  run(seconds(2));
  EXPECT_EQ(told()->count, 1);
}

TEST_F(FencerTest, a_report_of_a_newer_pnfs_ha_is_begun_anew) {
  one_stranger();
  in_grace(false);
  host.files[fence_report_file] = R"({"format": 2, "count": 5})";
  run(seconds(3));
  EXPECT_EQ(told()->count, 1);
}

// Who came back is unknown then: nobody is fenced on the strength of that, and everybody is told.
TEST_F(FencerTest, a_journal_of_keys_of_a_newer_pnfs_ha_fences_nobody) {
  one_stranger();
  in_grace(false);
  host.files[previous_journal] = R"({"format": 2, "keys": []})";
  EXPECT_EQ(run(seconds(3)), Lines{});
  EXPECT_EQ(failure, told()->trouble);
  EXPECT_EQ(told()->trouble,
            "a journal of keys was made by a newer pnfs-ha (format 2; this one knows formats up to 1)");
}

}  // namespace
}  // namespace pnfs_ha
