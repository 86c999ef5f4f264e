// The guard, and the pulse that it looks at: an agent that is not there, may not start or cannot be killed.
#include "agent/guard.h"
#include "agent/keeper.h"
#include "agent/pulse.h"
#include "agent_scene.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

class GuardTest : public AgentTest {
 protected:
  Guard guard{host};

  void begin() {
    become_active();
    host.connect_peer({});
    host.finish_resync();
    host.units.insert(units::agent);
    tick();
  }
  void watch(seconds time) {
    for (const Host::Duration end = host.uptime() + time; host.uptime() < end; host.pass(Guard::pause))
      guard.look();
  }
};

TEST_F(GuardTest, leaves_alone_whose_agent_works) {
  begin();
  for (int i = 0; i < 240; ++i) {
    tick();
    EXPECT_EQ(what_happens([&] { guard.look(); }), Lines{});
  }
}

// A configuration that is wrong, a port that is taken: systemd may not start it again, and the VIP and the
// mirror's role stayed for ever.
TEST_F(GuardTest, reboots_an_active_whose_agent_is_gone) {
  begin();
  host.units.erase(units::agent);
  EXPECT_EQ(what_happens([&] { watch(seconds(9)); }), Lines{});
  EXPECT_THROW(watch(seconds(3)), FakeHost::Rebooted);
}

TEST_F(GuardTest, an_agent_that_is_started_again_is_given_its_time) {
  begin();
  for (int i = 0; i < 10; ++i) {
    host.units.erase(units::agent);
    watch(seconds(8));
    host.units.insert(units::agent);
    start();
    tick();
    guard.look();
  }
  EXPECT_TRUE(host.gate_is_open());
}

// It is started again and again, and dies each time before it opens the gate.
TEST_F(GuardTest, reboots_an_active_whose_agent_never_gets_to_serve) {
  begin();
  const auto dies_each_time = [&] {
    for (int i = 0; i < 30; ++i) {
      start();
      watch(seconds(1));
    }
  };
  EXPECT_THROW(dies_each_time(), FakeHost::Rebooted);
}

// SIGKILL does not end a process that has a thread in the kernel; systemd counts the unit as there.
TEST_F(GuardTest, reboots_an_active_whose_agent_hangs) {
  begin();
  EXPECT_EQ(what_happens([&] { watch(seconds(14)); }), Lines{});
  EXPECT_THROW(watch(seconds(3)), FakeHost::Rebooted);
}

TEST_F(GuardTest, reboots_nobody_for_whom_none_could_take_over) {
  begin();
  host.disconnect_peer();
  host.units.erase(units::agent);
  EXPECT_EQ(what_happens([&] { watch(seconds(600)); }), Lines{track});  // it leaves the election
  host.connect_peer({});
  EXPECT_THROW(watch(seconds(2)), FakeHost::Rebooted);
}

TEST_F(GuardTest, reboots_no_standby) {
  become_standby();
  host.units.erase(units::agent);
  EXPECT_EQ(what_happens([&] { watch(seconds(600)); }), Lines{track});
  EXPECT_FALSE(stands());
}

TEST_F(GuardTest, waits_for_an_act_of_a_sequence_that_takes_its_time) {
  begin();
  Pulse pulse(host);
  for (int i = 0; i < 20; ++i) {
    pulse.beat_in_act();
    EXPECT_EQ(what_happens([&] { watch(seconds(14)); }), Lines{});
  }
}

TEST_F(GuardTest, sees_an_agent_that_works_although_run_is_full) {
  begin();
  host.run_is_full = true;
  for (int i = 0; i < 240; ++i) {
    tick();
    guard.look();
  }
  EXPECT_TRUE(host.gate_is_open());
}

// --- the agent itself: a VIP without a service ---

// keepalived does not let the VIP go although it was told to, and nobody is served behind it.
TEST_F(GuardTest, a_standby_stops_a_keepalived_that_keeps_the_vip) {
  become_standby();
  host.give_vip(true);
  tick();
  host.unreadable = {"/proc/fs/nfsd/threads"};
  host.fail("stop pnfs-ha-keepalived.service");
  EXPECT_THROW(tick(60), FakeHost::Rebooted);
  EXPECT_GE(std::ranges::count(host.changes, "stop pnfs-ha-keepalived.service (failed)"), 1);
}

TEST_F(GuardTest, a_standby_whose_vip_goes_reboots_not) {
  become_standby();
  host.give_vip(true);
  tick();
  host.unreadable = {"/proc/fs/nfsd/threads"};
  tick(15);
  host.give_vip(false);
  tick(60);
  EXPECT_FALSE(stands());
}

// A keeper that was stopped in a round leaves one that has not ended; and the next one needs a moment.
TEST_F(GuardTest, an_earlier_keepers_round_is_not_stuck) {
  host.files[Keeper::report_file] = R"({"began": 1})";
  become_active();
  tick(4 * 40);
  host.files[Keeper::report_file] = R"({"began": 1, "ended": 2})";
  tick(4 * 20);
  EXPECT_TRUE(host.gate_is_open());
}

}  // namespace
}  // namespace pnfs_ha
