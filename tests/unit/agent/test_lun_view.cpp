// What a LUN told, how long it took, and for how long that may be gone by.
#include <gtest/gtest.h>

#include "agent/lun_view.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;

class LunViewTest : public testing::Test {
 protected:
  void told(int asked_at, int came_at) {
    ReservationState state;
    state.asked_at = milliseconds(asked_at);
    state.took = milliseconds(came_at - asked_at);
    view.told(state, milliseconds(came_at));
  }
  auto latency(int now) const { return view.latency(milliseconds(now)).count(); }
  bool is_valid(int now) const { return view.current(milliseconds(now)).has_value(); }

  LunView view;
};

TEST_F(LunViewTest, takes_two_late_answers_for_a_slow_lun) {
  told(1000, 6000);
  EXPECT_EQ(latency(6000), 0);
  told(1250, 6250);
  EXPECT_EQ(latency(6250), 5000);
  EXPECT_TRUE(is_valid(9000));
  told(1500, 6500);
  told(7000, 7001);
  told(7250, 7251);
  EXPECT_EQ(latency(8000), 5000);
  EXPECT_EQ(latency(67'000), 1);
}

// The transport was down, and its queue runs again.
TEST_F(LunViewTest, takes_what_waited_for_the_end_of_one_silence_for_none) {
  told(1000, 3600);
  told(1250, 3620);
  told(1500, 3640);
  told(3850, 3851);
  told(4100, 4101);
  EXPECT_LE(latency(4101), 1);
}

TEST_F(LunViewTest, takes_nothing_that_was_asked_for_before_a_change) {
  told(1000, 1001);
  ASSERT_TRUE(is_valid(1500));
  view.changed(milliseconds(1500));
  EXPECT_FALSE(is_valid(1500));
  told(1250, 1600);
  EXPECT_FALSE(is_valid(1600));
  EXPECT_FALSE(view.is_silent(milliseconds(2499)));
  EXPECT_TRUE(view.is_silent(milliseconds(2500)));
  told(1500, 2600);
  EXPECT_FALSE(is_valid(2600));  // too old by then
  told(2400, 2650);
  EXPECT_TRUE(is_valid(2650));
  EXPECT_FALSE(view.is_silent(milliseconds(2650)));
}

}  // namespace
}  // namespace pnfs_ha
