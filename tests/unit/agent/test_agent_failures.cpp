// Failures that an agent must not add to, and those that must have an end.
#include "agent_scene.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

class AgentFailuresTest : public AgentTest {
 protected:
  void be_elected() {
    become_standby();
    host.disconnect_peer();
    host.give_vip(true);
  }
};

// --- a status that cannot be written: /run is full ---

// The release was not done at all: each of its acts ended before it began, and a healthy active rebooted.
TEST_F(AgentFailuresTest, releases_although_nobody_can_be_told) {
  become_active();
  host.run_is_full = true;
  agent->stop();
  EXPECT_EQ(host.mirror.role, "Secondary");
  EXPECT_EQ(host.mounts.at("/srv/pnfs-ha").options, "ro,norecovery,noatime,nouuid");
}

TEST_F(AgentFailuresTest, takes_over_although_nobody_can_be_told) {
  be_elected();
  host.run_is_full = true;
  agent->notified(Vrrp::master);
  EXPECT_TRUE(host.gate_is_open());
  host.run_is_full = false;
  tick();
  EXPECT_EQ(role(), "active");
}

// What failed is undone, and what is stuck stays stuck, as if somebody had been told.
TEST_F(AgentFailuresTest, undoes_a_failed_takeover_although_nobody_can_be_told) {
  be_elected();
  host.run_is_full = true;
  host.fail("rpc.nfsd", FakeHost::Times::once);
  agent->notified(Vrrp::master);
  EXPECT_EQ(host.mirror.role, "Secondary");
  EXPECT_EQ(host.mounts.at("/srv/pnfs-ha").options, "ro,norecovery,noatime,nouuid");
}

TEST_F(AgentFailuresTest, reboots_out_of_a_stuck_takeover_although_nobody_can_be_told) {
  be_elected();
  host.run_is_full = true;
  host.stick("mount /dev/sda at /srv/pnfs-ha -o rw");
  EXPECT_THROW(agent->notified(Vrrp::master), FakeHost::Rebooted);
  EXPECT_EQ(host.changes.back(), "reboot");
  EXPECT_EQ(host.changes.at(host.changes.size() - 3),
            "mount /dev/sda at /srv/pnfs-ha -o rw,noatime,nouuid (stuck)");
}

// --- a server whose host name changed ---

// `hostnamectl set-hostname` on the active, or a name by DHCP: each look failed, and so the gate stayed shut.
TEST_F(AgentFailuresTest, serves_under_another_host_name) {
  become_active();
  host.rename("mds1.example.com");
  tick(60);
  EXPECT_TRUE(host.gate_is_open());
  EXPECT_EQ(status()["node"], "alpha");
  start();  // its agent, again
  tick();
  EXPECT_EQ(role(), "active");
  agent->stop();
  EXPECT_EQ(host.mirror.role, "Secondary");
}

// --- what has no end ---

// Each start of nfsdcld succeeded, and so nothing seemed to fail; nobody was served.
TEST_F(AgentFailuresTest, leaves_if_nfsdcld_does_not_stay) {
  become_active();
  for (int i = 0; i < 60 && role() == "active"; ++i) {
    host.units.erase(units::nfsdcld);
    tick();
  }
  EXPECT_EQ(role(), "standby");
  EXPECT_FALSE(stands());
  host.give_vip(false);
  agent->notified(Vrrp::fault);
  tick(20);
  EXPECT_TRUE(stands());  // nobody else is there
}

TEST_F(AgentFailuresTest, serves_on_if_nfsdcld_dies_now_and_then) {
  become_active();
  for (int i = 0; i < 20; ++i) {
    host.units.erase(units::nfsdcld);
    tick(4);
    EXPECT_TRUE(host.gate_is_open());
  }
}

// --- what a takeover that failed could not undo ---

class HalfActiveTest : public AgentFailuresTest {
 protected:
  // DRBD refuses everybody else.
  void fail_to_take_over_and_stay_primary(FakeHost::Times times) {
    be_elected();
    host.fail("rpc.nfsd", FakeHost::Times::once);
    host.fail("drbdsetup secondary", times);
    agent->notified(Vrrp::master);
    ASSERT_EQ(role(), "out-of-service");
    ASSERT_EQ(host.mirror.role, "Primary");
    host.connect_peer({});
    host.finish_resync();
  }
};

TEST_F(AgentFailuresTest, reboots_if_it_cannot_release_and_another_server_is_ready) {
  become_active();
  host.connect_peer({});
  host.finish_resync();
  host.changes.clear();
  host.fail("drbdsetup secondary");
  agent->notified(Vrrp::backup);
  host.changes.clear();
  EXPECT_THROW(tick(6), FakeHost::Rebooted);
  std::erase(host.changes, "open the gate");
  EXPECT_EQ(host.changes.front(), "shut the gate to requests");
  EXPECT_EQ(host.changes.back(), "reboot");
  EXPECT_FALSE(host.replies_leave());
}

// The reboot would help nobody, and cost the only copy of the state.
TEST_F(AgentFailuresTest, a_release_that_fails_where_nobody_else_is_ready_is_tried_again) {
  become_active();
  host.fail("drbdsetup secondary", FakeHost::Times::once);
  agent->notified(Vrrp::backup);
  tick(5);
  EXPECT_EQ(role(), "out-of-service");
  EXPECT_FALSE(stands());
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_EQ(host.mirror.role, "Primary");
  tick(12);
  EXPECT_EQ(host.mirror.role, "Secondary");
  EXPECT_EQ(role(), "standby");
}

TEST_F(HalfActiveTest, reboots_if_its_lun_goes_away) {
  fail_to_take_over_and_stay_primary(FakeHost::Times::always);
  host.unplug_lun();
  EXPECT_THROW(tick(60), FakeHost::Rebooted);
}

TEST_F(HalfActiveTest, lets_go_when_it_is_stopped) {
  fail_to_take_over_and_stay_primary(FakeHost::Times::once);
  agent->stop();
  EXPECT_EQ(host.mirror.role, "Secondary");
}

// --- an agent that dies between the start of nfsd and the note of it ---

TEST_F(AgentFailuresTest, does_not_serve_in_a_second_that_nobody_wrote_down) {
  struct Died {};
  be_elected();
  const std::string own = "/sys/module/nfsd/parameters/boot_second";
  const std::string record = "/var/lib/nfs/nfsdcld/pnfs-ha-start-second";
  host.files[own] = host.files["/sys/module/nfsd/parameters/boot_after"] = "1800000701\n";
  Server server(host, two_servers());
  const auto die = [](const std::string&, const Act& act, Sequence::Event, const std::string&) {
    if (act.id == StepId::record_start) throw Died();
  };
  ASSERT_THROW(takeover(server).run(die), Died);
  start();
  tick();
  EXPECT_EQ(role(), "standby");
  EXPECT_FALSE(host.gate_is_open());
  tick();
  EXPECT_TRUE(host.gate_is_open());
  EXPECT_EQ(host.text(record), "1800000701\n");
}

// B14: two ramdisks of different sizes part as soon as they meet.
TEST_F(AgentFailuresTest, renews_a_mirror_that_does_not_connect_now_and_then) {
  become_standby();
  host.connect_peer({.role = "Primary", .disk = "UpToDate"});
  int renewed = 0;
  for (int i = 0; i < 30; ++i) {
    host.disconnect_peer();
    host.mirror.connection = "StandAlone";
    host.mirror.disk = "Outdated";
    host.changes.clear();
    tick();
    renewed += static_cast<int>(std::ranges::count(host.changes, "run drbdadm down pnfs-ha"));
  }
  EXPECT_GE(renewed, 2);
  EXPECT_LE(renewed, 4);
}

}  // namespace
}  // namespace pnfs_ha
