// A LUN that is slow, or was a moment ago, while this server changes something there.
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;

class ChangedLunTest : public AgentTest, public testing::WithParamInterface<int> {
 protected:
  // An answer of 5 s, twice, is good for 8 s, and so is each for a minute after.
  void become_standby_of_a_lun_that_was_slow() {
    become_standby();
    host.lun_takes = seconds(5);
    tick(20);
  }
};

// Before the takeover it said, rightly, that another server held it.
TEST_P(ChangedLunTest, is_not_believed_what_it_said_before_a_takeover) {
  become_standby_of_a_lun_that_was_slow();
  host.lun_takes = milliseconds(GetParam());
  tick(10);
  ASSERT_EQ(role(), "standby");
  be_elected();
  tick(20);
  EXPECT_EQ(role(), "active") << status()["reason"];
}
INSTANTIATE_TEST_SUITE_P(ms, ChangedLunTest, testing::Values(0, 260, 300, 400, 500, 600, 700));

TEST_F(ChangedLunTest, is_not_believed_it_where_the_first_answer_after_it_is_late) {
  become_standby_of_a_lun_that_was_slow();
  host.lun_takes = {};
  tick(10);
  host.lun.meanwhile = [&](const ScsiCommand& command) {
    if (command.may_be_earlier && host.gate_is_open()) host.lun_takes = milliseconds(600);
  };
  be_elected();
  tick(6);
  EXPECT_EQ(role(), "active") << status()["reason"];
}

// The other path's answer may be an old one, and the first to come.
TEST_F(ChangedLunTest, of_two_paths_is_registered_with_once_for_each_time_that_it_is_lost) {
  host.plug_second_path("iqn.2026-01.org.example:alpha,i,0x00023d000002");
  become_standby();
  host.lun_takes = seconds(1);
  tick(20);
  for (int i = 0; i < 3; ++i) {
    std::erase_if(host.lun.registered, [](const auto& r) { return r.key == alpha_key; });
    const Lines changes = changes_in(seconds(60));
    EXPECT_EQ(std::ranges::count(changes, "REGISTER AND IGNORE EXISTING KEY 0x7048410000000001"), 1);
    EXPECT_EQ(role(), "standby") << status()["reason"];
  }
}

}  // namespace
}  // namespace pnfs_ha
