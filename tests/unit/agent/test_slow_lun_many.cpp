// A slow LUN that is asked two things at each look: it has more registrations than a short reply has room for.
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;

class SlowLunOfManyTest : public AgentTest, public testing::WithParamInterface<int> {
 protected:
  void become_active_behind(int clients) {
    become_active();
    for (int i = 0; i < clients; ++i)
      host.lun.registered.push_back({"iqn.2026-01.org.example:c" + std::to_string(i) + ",i,0x00023d000001",
                                     client_key + 1 + static_cast<pr::Key>(i)});
    tick(8);
    host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
    host.mirror.connection = "Connected";
  }
};

TEST_P(SlowLunOfManyTest, is_served_without_a_flapping_gate_and_without_a_reboot) {
  become_active_behind(100);
  host.lun_takes = milliseconds(GetParam());
  shut_within(seconds(30));
  EXPECT_EQ(shut_within(seconds(60)), 0);
  EXPECT_EQ(role(), "active");
}
INSTANTIATE_TEST_SUITE_P(ms, SlowLunOfManyTest, testing::Values(300, 700, 3000, 6500));

TEST_F(SlowLunOfManyTest, that_becomes_slow_step_by_step_reboots_nobody) {
  become_active_behind(100);
  for (const int latency : {1000, 3000, 5000}) {
    host.lun_takes = milliseconds(latency);
    shut_within(seconds(20));
    EXPECT_EQ(shut_within(seconds(50)), 0) << latency;
    EXPECT_EQ(role(), "active");
  }
}

// The clients come while it is slow: what was asked last is no answer any more.
TEST_F(SlowLunOfManyTest, whose_clients_come_while_it_is_slow_reboots_nobody) {
  become_active_behind(0);
  host.lun_takes = seconds(3);
  shut_within(seconds(20));
  for (int i = 0; i < 100; ++i)
    host.lun.registered.push_back({"iqn.2026-01.org.example:d" + std::to_string(i) + ",i,0x00023d000001",
                                   client_key + 1 + static_cast<pr::Key>(i)});
  shut_within(seconds(20));
  EXPECT_EQ(shut_within(seconds(50)), 0);
  EXPECT_EQ(role(), "active");
}

}  // namespace
}  // namespace pnfs_ha
