// A standby whose LUN answers late now and then.
#include <gtest/gtest.h>

#include "observations.h"

namespace pnfs_ha::observed {
namespace {

using namespace std::chrono_literals;

TEST(SilentLun, is_no_reason_for_a_standby_to_leave_for_a_moment) {
  const Decision decision = decide(silent(standby(), 1999ms));
  EXPECT_EQ(decision.action, Action::wait);
  EXPECT_TRUE(decision.stand);
  EXPECT_EQ(decision.reason, "the LUN does not answer");
  EXPECT_FALSE(decide(silent(standby(), 2s)).stand);
}

TEST(SilentLun, is_not_taken_over_in_that_moment) {
  EXPECT_EQ(decide(silent(elected(), 1ms)).action, Action::wait);
}

TEST(SilentLun, does_not_bring_back_who_is_out_for_another_reason) {
  Observation seen = silent(standby(), 1ms);
  seen.maintenance = true;
  EXPECT_FALSE(decide(seen).stand);
  seen = silent(standby(), 1ms);
  seen.mirror = {};
  EXPECT_FALSE(decide(seen).stand);
  seen = silent(elected(), 1ms);
  seen.contested_for = 3s;
  EXPECT_FALSE(decide(seen).stand);
}

// B8: only the port in use changes over.
TEST(SilentLun, that_is_ready_by_another_path_is_not_waited_for) {
  Observation seen = silent(active(), 3s);
  seen.lun_changes_over = true;
  EXPECT_EQ(decide(seen).action, Action::wait);
  seen.answers_by_another_path = true;
  EXPECT_EQ(decide(seen).action, Action::fence_self);
}

// Of the declared validity: whoever may have missed it waits before the other one declares alone.
TEST(DecisionSlowLun, servers_whose_mirror_is_cut_hear_nothing) {
  const auto cut = [](std::chrono::milliseconds time) {
    return [time](Seen s) {
      s.mirror.connection = "WFConnection";
      s.reservation->holder = Holder::peer;
      s.peer_gone_for = time;
    };
  };
  EXPECT_TRUE(is_heard(active()));
  EXPECT_TRUE(is_heard(but(active(), [](Seen s) { s.mirror.connection = "SyncSource"; })));
  EXPECT_FALSE(is_heard(but(active(), [](Seen s) { s.mirror.connection = "NetworkFailure"; })));
  EXPECT_FALSE(is_heard(but(active(), cut(8999ms))));
  EXPECT_TRUE(is_heard(but(active(), cut(9s))));
  EXPECT_FALSE(is_deaf(elected()));
  EXPECT_FALSE(is_deaf(but(elected(), cut(5999ms))));
  EXPECT_TRUE(is_deaf(but(elected(), cut(6s))));
  // Nobody else served meanwhile.
  EXPECT_FALSE(is_deaf(but(but(elected(), cut(6s)), [](Seen s) { s.reservation->holder = Holder::none; })));
}

}  // namespace
}  // namespace pnfs_ha::observed
