// An agent that dies again and again, always before a limit is over.
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

class DyingAgentTest : public AgentTest {
 protected:
  void live_for_nine_seconds(int times) {
    for (int i = 0; i < times; ++i) {
      for (const Host::Duration end = host.uptime() + seconds(9); host.uptime() < end;) tick();
      start();
    }
  }
};

TEST_F(DyingAgentTest, reboots_if_its_lun_stays_silent) {
  become_active();
  host.connect_peer({});
  host.finish_resync();
  tick();
  host.lun_answers = false;
  EXPECT_THROW(live_for_nine_seconds(3), FakeHost::Rebooted);
}

TEST_F(DyingAgentTest, a_lun_that_answered_meanwhile_is_another_silence) {
  become_active();
  host.connect_peer({});
  host.finish_resync();
  for (int i = 0; i < 4; ++i) {
    host.lun_answers = false;
    live_for_nine_seconds(1);
    host.lun_answers = true;
    tick(4);
  }
  host.lun_answers = false;
  tick(20);
  host.pass(seconds(60));  // nobody looks
  start();
  tick(20);
  EXPECT_EQ(role(), "active");
}

TEST_F(DyingAgentTest, loses_a_contest) {
  become_standby();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  live_for_nine_seconds(3);
  tick(5);
  EXPECT_FALSE(stands());
  EXPECT_TRUE(status()["reason"].get<std::string>().starts_with("VRRP elected this server"));
}

// It died in each takeover, and kept the VIP.
TEST_F(DyingAgentTest, lets_another_one_try_after_it_died_in_a_takeover) {
  struct Died {};
  become_standby();
  host.connect_peer({});  // beta let go
  host.give_vip(true);
  Server server(host, two_servers());
  const auto die = [](const std::string&, const Act& act, Sequence::Event, const std::string&) {
    if (act.id == StepId::start_fencer) throw Died();
  };
  ASSERT_THROW(takeover(server).run(die), Died);
  host.nfsd_threads = 0;
  start();
  tick(3);
  EXPECT_EQ(role(), "standby");
  EXPECT_EQ(host.mirror.role, "Secondary");
  EXPECT_FALSE(stands());
  tick(48);
  EXPECT_TRUE(host.gate_is_open());
}

}  // namespace
}  // namespace pnfs_ha
