// An agent and calls that the kernel does not give back (plan/test_stuck.cpp): who holds or takes what only
// the active may have reboots.
#include "agent/keeper.h"
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

class StuckAgentTest : public AgentTest {
 protected:
  // The changes that `act` makes when all goes well.
  Lines changes_of(const std::function<void()>& prepare, const std::function<void()>& act) {
    prepare();
    return what_happens(act);
  }

  void begin_anew() {
    agent.reset();
    std::destroy_at(&host);
    std::construct_at(&host);
  }

  void be_widowed() {
    become_standby();
    host.disconnect_peer();
    host.give_vip(true);
  }

  void be_active_beside_a_ready_peer() {
    become_active();
    host.connect_peer({});
    host.finish_resync();
  }

  // Whichever change of `act` gets stuck: the gate shuts, the server reboots, and nothing else happens.
  void expect_a_reboot(const std::function<void()>& prepare, const std::function<void()>& act) {
    const Lines changes = changes_of(prepare, act);
    ASSERT_GT(changes.size(), 5U);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (changes[i] == track) continue;  // after it
      SCOPED_TRACE(changes[i]);
      begin_anew();
      prepare();
      host.changes.clear();
      host.stick_nth(i + 1);
      EXPECT_THROW(act(), FakeHost::Rebooted);
      ASSERT_EQ(host.changes.size(), i + 3);
      EXPECT_EQ(Lines(host.changes.begin() + static_cast<long>(i) + 1, host.changes.end()),
                (Lines{"shut the gate", "reboot"}));
      EXPECT_FALSE(host.gate_is_open());
    }
  }
};

TEST_F(StuckAgentTest, reboots_out_of_a_takeover) {
  expect_a_reboot([this] { be_widowed(); }, [this] { agent->notified(Vrrp::master); });
}

TEST_F(StuckAgentTest, reboots_out_of_a_release) {
  const nlohmann::json question = {{"verb", "switchover"}};
  expect_a_reboot([this] { be_active_beside_a_ready_peer(); },
                  [this, &question] { agent->answer(question, Origin::local); });
}

TEST_F(StuckAgentTest, reboots_out_of_a_stop) {
  become_active();
  host.stick("set /proc/fs/nfsd/threads to 0");
  EXPECT_THROW(agent->stop(), FakeHost::Rebooted);
}

TEST_F(StuckAgentTest, reboots_although_the_gate_is_stuck_as_well) {
  become_active();
  host.stick("set /proc/fs/nfsd/threads to 0");
  host.stick("shut the gate");
  EXPECT_THROW(agent->stop(), FakeHost::Rebooted);
}

// It holds nothing yet; but what it is stuck in must come back before it tries again.
TEST_F(StuckAgentTest, waits_out_of_service_for_what_a_bring_up_is_stuck_in) {
  const auto prepare = [this] {
    let_beta_be_active(host);
    start();
  };
  const Lines changes = changes_of(prepare, [this] { tick(); });
  for (std::size_t i = 0; i < changes.size(); ++i) {
    SCOPED_TRACE(changes[i]);
    begin_anew();
    prepare();
    host.stick_nth(i + 1);
    tick();
    EXPECT_EQ(role(), "out-of-service");
    host.changes.erase(host.changes.begin(), host.changes.begin() + static_cast<long>(i) + 1);
    std::erase(host.changes, track);
    EXPECT_EQ(host.changes, Lines{});
    EXPECT_EQ(what_happens([&] { tick(100); }), Lines{});
    host.heal();
    tick();
    EXPECT_EQ(role(), "standby");
  }
}

TEST_F(StuckAgentTest, is_out_of_service_when_a_standby_is_stuck) {
  become_standby();
  std::erase_if(host.lun.registered, [](const auto& r) { return r.port == alpha_port; });
  host.stick("unmount /srv/pnfs-ha", FakeHost::Times::once);
  tick();
  EXPECT_EQ(role(), "out-of-service");
  const json last = status()["steps"].back();
  EXPECT_EQ(last["sequence"], "renew_standby");
  EXPECT_EQ(last["id"], "unmount_read_only");
  EXPECT_EQ(last["event"], "failed");
  EXPECT_FALSE(stands());
  EXPECT_EQ(what_happens([&] { tick(100); }), Lines{});
}

TEST_F(StuckAgentTest, reboots_when_what_belongs_to_serving_is_stuck) {
  for (const std::string change : {"start pnfs-ha-keeper.service", "stop pnfs-ha-nfsdcld.service"}) {
    SCOPED_TRACE(change);
    begin_anew();
    become_active();
    tick(4);
    host.units.erase(change.substr(change.find(' ') + 1));
    host.stick(change);
    EXPECT_THROW(tick(8), FakeHost::Rebooted);
  }
}

// One that is stuck for a moment only must not cost a takeover.
TEST_F(StuckAgentTest, serves_on_after_a_moment) {
  become_active();
  host.stuck_for = seconds(2);
  host.stick("open the gate", FakeHost::Times::once);
  tick();
  EXPECT_EQ(role(), "active");
  EXPECT_FALSE(host.gate_is_open());
  tick();
  EXPECT_TRUE(host.gate_is_open());
}

TEST_F(StuckAgentTest, tells_the_watchdog_while_it_waits) {
  become_standby();
  Host::Duration silent_until{0};
  agent = std::make_unique<Agent>(host, two_servers(), [&](seconds promise) {
    if (silent_until != Host::Duration(0)) {
      EXPECT_LE(host.uptime(), silent_until);
    }
    silent_until = host.uptime() + promise;
  });
  tick();
  host.disconnect_peer();
  host.stuck_for = seconds(300);
  host.stick("mount /dev/sda at /srv/pnfs-ha -o rw");
  EXPECT_THROW(agent->notified(Vrrp::master), FakeHost::Rebooted);
  EXPECT_GE(host.uptime(), seconds(300));
  EXPECT_LE(host.uptime(), silent_until);
}

// --- an nfsd that was quiesced for a release that did not come ---

TEST_F(StuckAgentTest, lets_nfsd_wait_for_clients_again_if_no_release_comes) {
  become_active();
  const std::string quiesce = "/sys/module/nfsd/parameters/quiesce";
  host.files[quiesce] = "Y\n";
  tick(4 * 89);
  EXPECT_EQ(host.text(quiesce), "Y\n");
  tick(4 * 3);
  EXPECT_EQ(host.text(quiesce), "N\n");
}

// Nothing is asked of the clients for a switchover that is refused.
TEST_F(StuckAgentTest, tells_before_a_drain_whether_it_would_switch_over) {
  become_active();
  const json question = {{"verb", "switchover"}, {"only_ask", true}};
  EXPECT_TRUE(agent->answer(question, Origin::local).contains("error"));
  host.connect_peer({});
  host.finish_resync();
  host.changes.clear();
  EXPECT_EQ(agent->answer(question, Origin::local)["role"], "active");
  EXPECT_EQ(host.changes, Lines{});
}

// --- looks ---

TEST_F(StuckAgentTest, an_active_that_cannot_look_serves_nobody_and_reboots) {
  become_active();
  host.stuck_files = {"/proc/fs/nfsd/threads"};
  EXPECT_EQ(what_happens([&] { tick(36); }), Lines{});
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_THROW(tick(8), FakeHost::Rebooted);
  EXPECT_EQ(host.changes, (Lines{"shut the gate", "reboot"}));
}

// An agent that is started again beside an nfsd that does not stop.
TEST_F(StuckAgentTest, an_agent_that_cannot_tell_what_it_is_reboots) {
  become_active();
  host.stuck_files = {"/proc/fs/nfsd/threads"};
  start();
  EXPECT_THROW(tick(48), FakeHost::Rebooted);
  EXPECT_EQ(host.changes, (Lines{"shut the gate", "reboot"}));
}

// Every tick failed, the gate was shut, and the VIP stayed for ever.
TEST_F(StuckAgentTest, an_active_whose_looks_fail_releases) {
  become_active();
  host.unreadable = {Keeper::report_file};
  EXPECT_EQ(what_happens([&] { tick(36); }), Lines{});
  EXPECT_FALSE(host.gate_is_open());
  tick(8);
  EXPECT_EQ(std::ranges::count(host.changes, "run drbdsetup secondary 0"), 1);
  EXPECT_FALSE(stands());
  host.give_vip(false);
  agent->notified(Vrrp::fault);
  host.unreadable.clear();
  tick(12);  // another server may have tried meanwhile
  EXPECT_EQ(role(), "standby") << status()["reason"];
  EXPECT_TRUE(stands());
}

TEST_F(StuckAgentTest, an_active_serves_on_after_looks_that_failed_for_a_while) {
  become_active();
  for (int i = 0; i < 5; ++i) {
    host.unreadable = {Keeper::report_file};
    tick(20);
    host.unreadable.clear();
    tick();
    EXPECT_TRUE(host.gate_is_open());
  }
}

TEST_F(StuckAgentTest, a_standby_that_cannot_look_does_not_stand) {
  become_standby();
  EXPECT_TRUE(stands());
  host.unreadable = {Keeper::report_file};
  tick();
  EXPECT_FALSE(stands());
}

}  // namespace
}  // namespace pnfs_ha
