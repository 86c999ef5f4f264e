// The agent's life, told by what it changes on its server.
#include "agent/keeper.h"
#include "agent_scene.h"
#include "records.h"

namespace pnfs_ha {
namespace {

// --- joining ---

TEST_F(AgentTest, boots_to_standby_and_then_stands_for_election) {
  let_beta_be_active(host);
  start();
  tick();
  EXPECT_EQ(host.changes.front(), "run modprobe -a nfsd xfs zram drbd");
  EXPECT_EQ(host.changes.back(), "start pnfs-ha-keepalived.service");
  EXPECT_EQ(role(), "standby");
  EXPECT_FALSE(stands());

  EXPECT_EQ(what_happens([&] { tick(3); }), Lines{});  // its mirror is being filled
  EXPECT_EQ(status()["reason"], "the state mirror is Inconsistent");
  EXPECT_FALSE(stands());

  host.finish_resync();
  EXPECT_EQ(what_happens([&] { tick(); }), Lines{track});
  EXPECT_TRUE(stands());
  EXPECT_EQ(what_happens([&] { tick(10); }), Lines{});
  EXPECT_EQ(status()["reason"], "");
  EXPECT_GE(alive, 15);  // the watchdog heard of it
}

TEST_F(AgentTest, waits_for_its_lun) {
  host.unplug_lun();
  start();
  EXPECT_EQ(what_happens([&] { tick(3); }), Lines{track});  // an agent before this one may have stood
  EXPECT_EQ(role(), "joining");
  EXPECT_EQ(status()["reason"], "the LUN is not there");
  host.plug_lun();
  tick();
  EXPECT_EQ(role(), "standby");
}

TEST_F(AgentTest, goes_out_of_service_if_it_cannot_be_brought_up_and_tries_again) {
  let_beta_be_active(host);
  start();
  host.fail("start pnfs-ha-keepalived.service", FakeHost::Times::once);
  tick();
  EXPECT_EQ(role(), "out-of-service");
  EXPECT_EQ(status()["reason"], cannot(bring_up(names.server), StepId::start_keepalived) +
                                    "cannot start pnfs-ha-keepalived.service: made to fail");
  EXPECT_EQ(what_happens([&] { tick(8); }), Lines{});
  tick(3);
  EXPECT_EQ(role(), "standby");
  EXPECT_EQ(status()["reason"], "the state mirror is Inconsistent");
}

// --- takeover ---

TEST_F(AgentTest, takes_over_when_it_is_elected) {
  become_standby();
  host.disconnect_peer();
  host.give_vip(true);
  Lines expected = takeover_record;
  expected.push_back(track);  // the highest priority from now on
  EXPECT_EQ(what_happens([&] { agent->notified(Vrrp::master); }), expected);
  EXPECT_EQ(role(), "active");
  EXPECT_EQ(status()["reason"], "");
  EXPECT_TRUE(stands());
  EXPECT_EQ(status()["steps"].back()["id"], "wake_clients");
  EXPECT_EQ(status()["steps"].back()["event"], "done");
}

TEST_F(AgentTest, renews_the_gate_every_second_and_nothing_else) {
  become_active();
  EXPECT_EQ(what_happens([&] { tick(5); }), Lines(5, "open the gate"));
  EXPECT_TRUE(host.gate_is_open());
  EXPECT_EQ(status()["nfs"]["running"], true);
  host.pass(seconds(3));  // the agent hangs
  EXPECT_FALSE(host.gate_is_open());
}

TEST_F(AgentTest, stands_back_after_a_failed_takeover_and_tries_again_after_ten_seconds) {
  become_standby();
  host.disconnect_peer();
  host.fail("mount /dev/sda at /srv/pnfs-ha -o rw");
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(role(), "out-of-service");
  EXPECT_EQ(status()["reason"],
            "takeover: cannot mount the LUN read-write (8): cannot mount /dev/sda at /srv/pnfs-ha -o "
            "rw,noatime,nouuid: "
            "made to fail");
  EXPECT_FALSE(stands());
  EXPECT_FALSE(host.gate_is_open());
  host.give_vip(false);
  agent->notified(Vrrp::fault);

  EXPECT_EQ(what_happens([&] { tick(9); }), Lines{});
  host.heal();
  tick(2);
  EXPECT_EQ(role(), "standby");
  tick();
  EXPECT_TRUE(stands());
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(role(), "active");
}

// The LUN that a failed takeover reserved stays closed to whoever was fenced.
TEST_F(AgentTest, keeps_the_reservation_through_failed_retries) {
  become_standby();
  host.disconnect_peer();
  host.fail("mount /dev/sda at /srv/pnfs-ha");
  agent->notified(Vrrp::master);
  tick(25);
  EXPECT_EQ(role(), "out-of-service");
  EXPECT_EQ(host.lun.text(), (Lines{"0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001",
                                    "0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *"}));
}

// The one copy of the NFS state must not be thrown away because keepalived does not start.
TEST_F(AgentTest, keeps_the_last_copy_of_the_state_through_failed_retries) {
  become_standby();
  host.disconnect_peer();
  host.fail("rpc.nfsd", FakeHost::Times::once);
  agent->notified(Vrrp::master);
  EXPECT_EQ(role(), "out-of-service");
  host.units.erase("pnfs-ha-keepalived.service");
  host.fail("start pnfs-ha-keepalived.service");
  tick(25);
  EXPECT_EQ(role(), "out-of-service");
  EXPECT_EQ(host.mirror.disk, "UpToDate");
}

// --- fencing ---

TEST_F(AgentTest, reboots_at_once_when_it_was_fenced) {
  become_active();
  let_beta_take_over(host);
  EXPECT_THROW(agent->tick(), FakeHost::Rebooted);
  EXPECT_EQ(host.changes, (Lines{"shut the gate", "reboot"}));
}

TEST_F(AgentTest, reboots_even_if_the_gate_does_not_shut) {
  become_active();
  let_beta_take_over(host);
  host.fail("shut the gate");
  EXPECT_THROW(agent->tick(), FakeHost::Rebooted);
}

TEST_F(AgentTest, reboots_even_if_nothing_else_works) {
  become_active();
  let_beta_take_over(host);
  host.fail("");
  EXPECT_THROW(agent->tick(), FakeHost::Rebooted);
}

TEST_F(AgentTest, does_not_serve_a_silent_lun_and_reboots_when_it_stays_silent) {
  become_active();
  host.lun_answers = false;
  EXPECT_EQ(what_happens([&] { tick(36); }), Lines{});  // no gate is renewed
  EXPECT_FALSE(host.gate_is_open());
  // Its peer is dead: a reboot would help nobody.
  EXPECT_EQ(what_happens([&] { tick(100); }), Lines{track});
  EXPECT_FALSE(stands());

  host.lun_answers = true;
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  host.mirror.connection = "Connected";
  tick();
  host.lun_answers = false;
  EXPECT_EQ(what_happens([&] { tick(36); }), Lines{});
  EXPECT_THROW(tick(8), FakeHost::Rebooted);
}

TEST_F(AgentTest, goes_on_when_the_lun_answers_again) {
  become_active();
  host.lun_answers = false;
  tick(5);
  host.lun_answers = true;
  EXPECT_EQ(what_happens([&] { tick(); }).front(), "open the gate");
  EXPECT_EQ(role(), "active");
}

TEST_F(AgentTest, clears_away_what_an_agent_left_that_died_in_a_takeover) {
  become_active();
  host.nfsd_threads = 0;  // it died before it started nfsd
  agent = std::make_unique<Agent>(host, two_servers(), [this](seconds) { ++alive; });
  tick();
  EXPECT_EQ(role(), "standby");
  EXPECT_EQ(status()["lun"]["mounted"], "ro");
  EXPECT_EQ(status()["mirror"]["role"], "Secondary");
}

// `rpc.nfsd 0`: no reason to reboot a server that may do other things as well.
TEST_F(AgentTest, leaves_when_somebody_stops_nfsd_and_serves_again) {
  become_active();
  host.nfsd_threads = 0;
  tick();
  EXPECT_EQ(role(), "standby");
  EXPECT_TRUE(stands());
  tick(8);
  EXPECT_EQ(role(), "active");
}

// Somebody edited cluster.toml, and the agent was started again since.
TEST_F(AgentTest, goes_by_the_lease_that_nfsd_grants) {
  become_active();
  host.files["/proc/fs/nfsd/nfsv4leasetime"] = "90\n";
  tick();
  host.files[Keeper::report_file] = "{\"began\": " + std::to_string(host.uptime().count()) + "}\n";
  tick(4 * 60);
  EXPECT_EQ(role(), "active");  // 2 x 15 + 15 s would be over
  EXPECT_THROW(tick(4 * 150), FakeHost::Rebooted);
}

TEST_F(AgentTest, does_not_reboot_a_standby_whose_lun_falls_silent) {
  become_standby();
  host.lun_answers = false;
  tick(5);
  EXPECT_EQ(role(), "standby");
  EXPECT_EQ(status()["reason"], "the LUN does not answer");
  EXPECT_FALSE(stands());
  host.lun_answers = true;
  tick();
  EXPECT_TRUE(stands());
}

// --- leaving ---

TEST_F(AgentTest, releases_when_the_other_server_is_elected) {
  become_active();
  host.give_vip(false);
  EXPECT_EQ(what_happens([&] { agent->notified(Vrrp::backup); }), Lines{"open the gate"});
  Lines changes = what_happens([&] { tick(6); });
  std::erase(changes, "open the gate");
  Lines expected = release_record;
  expected.push_back(track);
  EXPECT_EQ(changes, expected);
  EXPECT_EQ(role(), "standby");
}

// systemd-networkd starts again and removes what it does not know: keepalived puts the VIP back at once.
TEST_F(AgentTest, goes_on_when_somebody_removes_the_vip) {
  become_active();
  EXPECT_EQ(host.text(Election::track_file), "-1\n");  // so that no other server is elected first
  host.give_vip(false);
  agent->notified(Vrrp::backup);
  tick(3);
  host.give_vip(true);
  agent->notified(Vrrp::master);
  tick(20);
  EXPECT_EQ(role(), "active");
  EXPECT_TRUE(host.gate_is_open());
}

TEST_F(AgentTest, switches_over) {
  become_active();
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  Lines expected = release_record;
  expected.push_back(track);  // the VIP leaves when there is nothing behind it any more
  host.changes.clear();
  EXPECT_EQ(agent->answer({{"verb", "switchover"}}, Origin::local)["role"], "standby");
  EXPECT_EQ(host.changes, expected);
  EXPECT_FALSE(stands());

  // beta takes over, which costs alpha its registration: it renews it, mounts anew and is a candidate again.
  host.give_vip(false);
  agent->notified(Vrrp::fault);
  let_beta_take_over(host);
  host.connect_peer({.role = "Primary", .disk = "UpToDate"});
  EXPECT_EQ(what_happens([&] { tick(); }),
            (Lines{"unmount /srv/pnfs-ha", "set /proc/sys/fs/xfs/panic_mask to 0", "make writable /dev/sda",
                   "REGISTER AND IGNORE EXISTING KEY 0x7048410000000001",
                   "set /sys/block/sda/device/rescan to 1", "make read-only /dev/sda",
                   "set /proc/sys/fs/xfs/panic_mask to 0", "set /proc/sys/fs/xfs/xfssyncd_centisecs to 100",
                   "mount /dev/sda at /srv/pnfs-ha -o ro,norecovery,noatime,nouuid"}));
  EXPECT_EQ(what_happens([&] { tick(); }), Lines{track});
  EXPECT_TRUE(stands());
  EXPECT_EQ(role(), "standby");
}

TEST_F(AgentTest, is_elected_again_if_nobody_takes_over) {
  become_active();
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  agent->answer({{"verb", "switchover"}}, Origin::local);
  agent->notified(Vrrp::fault);
  tick(28);
  EXPECT_FALSE(stands());
  tick(3);
  EXPECT_TRUE(stands());
}

TEST_F(AgentTest, refuses_a_switchover_that_cannot_work) {
  become_standby();
  EXPECT_EQ(agent->answer({{"verb", "switchover"}}, Origin::local)["error"], "this server is not active");
  host.disconnect_peer();
  agent->notified(Vrrp::master);
  host.changes.clear();
  EXPECT_EQ(agent->answer({{"verb", "switchover"}}, Origin::local)["error"],
            "no other server is ready to take over: its copy of the NFS state is DUnknown");
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  EXPECT_EQ(agent->answer({{"verb", "switchover"}}, Origin::network)["error"],
            "unknown question 'switchover'");
  EXPECT_EQ(host.changes, Lines{});
  EXPECT_EQ(role(), "active");
}

TEST_F(AgentTest, goes_on_serving_when_it_is_started_again) {
  become_active();
  host.pass(seconds(2));
  start();
  EXPECT_EQ(what_happens([&] { tick(2); }), (Lines{"open the gate", "open the gate"}));
  EXPECT_EQ(role(), "active");
  EXPECT_EQ(status()["vrrp"], "MASTER");
}

TEST_F(AgentTest, releases_when_it_is_stopped) {
  become_active();
  Lines expected = release_record;
  expected.push_back(track);
  EXPECT_EQ(what_happens([&] { agent->stop(); }), expected);
  EXPECT_FALSE(stands());
  EXPECT_EQ(role(), "out-of-service");
  EXPECT_EQ(status()["reason"], "the agent was stopped");
}

TEST_F(AgentTest, leaves_the_election_when_it_is_stopped_as_standby) {
  become_standby();
  EXPECT_EQ(what_happens([&] { agent->stop(); }), Lines{track});
  EXPECT_FALSE(stands());
}

// --- blank mirrors ---

TEST_F(AgentTest, seeds_the_mirror_if_every_ramdisk_is_blank_and_its_id_is_the_lowest) {
  for (const bool reversed : {false, true}) {
    SCOPED_TRACE(reversed ? "the file lists the servers in another order" : "");
    ClusterConfig config = two_servers();
    if (reversed) std::swap(config.servers[0], config.servers[1]);
    const auto seeds = [&](const char* name) {
      FakeHost machine(name);
      machine.connect_peer({.role = "Secondary", .disk = "Inconsistent"});
      Agent one(machine, config, [](seconds) {});
      one.tick();
      machine.changes.clear();
      one.tick();
      return machine.changes == Lines{"run drbdadm new-current-uuid --clear-bitmap pnfs-ha"};
    };
    EXPECT_TRUE(seeds("alpha"));
    EXPECT_FALSE(seeds("beta"));
  }
}

TEST_F(AgentTest, does_not_seed_while_the_peer_is_unknown) {
  start();
  tick(30);
  EXPECT_EQ(role(), "standby");
  EXPECT_EQ(host.mirror.disk, "Inconsistent");
  EXPECT_FALSE(stands());
}

TEST_F(AgentTest, founds_a_cluster_alone) {
  start(one_server());
  tick(3);
  EXPECT_EQ(host.mirror.disk, "UpToDate");
  EXPECT_TRUE(stands());
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(role(), "active");
  EXPECT_EQ(host.mirror_holds, "ext4");
  EXPECT_EQ(host.lun.text(), Lines{"0x7048530000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *"});
}

}  // namespace
}  // namespace pnfs_ha
