// What an agent does about others that lost their right, about parts that fail, and about cold starts.
#include "agent/fencer.h"
#include "agent/keeper.h"
#include "agent_scene.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

using AgentSafetyTest = AgentTest;

// nfsd knows what its clients are worth; the fencer, who did not come back. The agent waits for neither.
TEST_F(AgentSafetyTest, fences_no_client_whatever_nfsd_says_of_it) {
  become_active();
  for (const std::string status : {"confirmed", "courtesy", "expirable"}) {
    client_is(status, 90);
    EXPECT_EQ(changes_in(seconds(60)), Lines{});
  }
  host.nfs_clients.clear();
  EXPECT_EQ(changes_in(seconds(60)), Lines{});
}

// Until the fencer says otherwise nothing can be removed: somebody has to know.
TEST_F(AgentSafetyTest, is_degraded_while_blocks_are_kept_for_longer_than_fencing_takes) {
  become_active();
  host.connect_peer({});
  host.files["/proc/fs/nfsd/v4_end_grace"] = "N\n";
  changes_in(seconds(30));
  EXPECT_EQ(health().why, "");
  host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
  changes_in(seconds(4));
  EXPECT_EQ(health().why, "");
  changes_in(seconds(2));
  EXPECT_EQ(health().health, Health::degraded);
  EXPECT_EQ(
      health().why,
      "it is unknown whether previous clients are still registered with the LUN; nothing can be removed or "
      "shortened until then");
  const std::string started = host.text("/run/pnfs-ha/nfsd-started");
  host.files[fence_report_file] =
      R"({"term": )" + started.substr(0, started.find(' ')) +
      R"(, "strangers": [{"key": "0x6a5f3c1100000007"}], "trouble": "no answer"})";
  tick();
  EXPECT_EQ(health().why,
            "clients that did not come back are still registered with the LUN (1); nothing can be removed or "
            "shortened until then: no answer");
  host.files[fence_report_file] = R"({"term": 1, "strangers": [], "fenced": [{"key": "0x1", "at": 1}]})";
  tick();
  EXPECT_EQ(status()["fenced"], json::array());  // of an earlier term
  host.files["/sys/module/nfsd/parameters/keep_blocks"] = "N\n";
  tick();
  EXPECT_EQ(health().why, "");
}

TEST_F(AgentSafetyTest, a_moment_without_nfsds_list_of_clients_shuts_no_gate) {
  become_active();
  host.unreadable = {"/proc/fs/nfsd/clients"};
  EXPECT_EQ(changes_in(seconds(10)), Lines{});
  EXPECT_TRUE(host.gate_is_open());
  EXPECT_EQ(status()["nfs"]["clients"], nullptr);
}

TEST_F(AgentSafetyTest, answers_a_challenge) {
  become_active();
  client_is("confirmed", 3);
  host.lun.registered.push_back({beta_port, challenge_key_base | 2});
  EXPECT_EQ(changes_in(seconds(3)), Lines{"PREEMPT AND ABORT 0x7048430000000002 with 0x7048530000000001"});
}

// --- parts that fail ---

TEST_F(AgentSafetyTest, starts_nfsdcld_again_before_it_serves_on) {
  become_active();
  host.units.erase("pnfs-ha-nfsdcld.service");
  EXPECT_EQ(what_happens([&] { tick(); }),
            (Lines{"stop pnfs-ha-nfsdcld.service", "start pnfs-ha-nfsdcld.service"}));
  EXPECT_EQ(what_happens([&] { tick(); }), Lines{"open the gate"});
}

TEST_F(AgentSafetyTest, starts_the_keeper_and_the_fencer_again) {
  become_active();
  client_is("confirmed", 1);
  tick(4);
  host.units.erase(units::keeper);
  EXPECT_EQ(changes_in(seconds(2)), Lines{"start pnfs-ha-keeper.service"});
  host.units.erase(units::fencer);
  EXPECT_EQ(changes_in(seconds(2)), Lines{"start pnfs-ha-fencer.service"});
}

TEST_F(AgentSafetyTest, reboots_if_the_keeper_is_stuck) {
  become_active();
  client_is("confirmed", 1);
  host.files[Keeper::report_file] = R"({"began": )" + std::to_string(host.uptime().count()) + "}";
  EXPECT_EQ(changes_in(seconds(44)), Lines{});
  EXPECT_THROW(changes_in(seconds(3)), FakeHost::Rebooted);
}

// It says so once, and goes on: the agent cannot tell whether that keeper is stuck.
TEST_F(AgentSafetyTest, serves_beside_a_keeper_of_a_newer_version) {
  become_active();
  client_is("confirmed", 1);
  host.files[Keeper::report_file] = R"({"format": 2})";
  EXPECT_EQ(changes_in(seconds(60)), Lines{});
  EXPECT_TRUE(host.gate_is_open());
}

TEST_F(AgentSafetyTest, tells_of_a_fencer_of_a_newer_version) {
  become_active();
  host.connect_peer({});
  host.files["/sys/module/nfsd/parameters/keep_blocks"] = "Y\n";
  host.files[fence_report_file] = R"({"format": 2})";
  changes_in(seconds(6));
  EXPECT_EQ(
      health().why,
      "it is unknown whether previous clients are still registered with the LUN; nothing can be removed or "
      "shortened until then: the fencer's report was made by a newer pnfs-ha (format 2; this one knows "
      "formats up to 1)");
}

// A server that cannot work does not claim to be alive.
TEST_F(AgentSafetyTest, answers_no_challenge_while_it_is_stuck) {
  become_active();
  changes_in(seconds(4));
  host.lun.registered.push_back({beta_port, challenge_key_base | 2});
  host.files[Keeper::report_file] = R"({"began": )" + std::to_string(host.uptime().count() - 3500) + "}";
  EXPECT_EQ(changes_in(seconds(30)), Lines{});
  host.files[Keeper::report_file] = R"({"began": 1, "ended": 2})";
  EXPECT_EQ(changes_in(seconds(2)), Lines{"PREEMPT AND ABORT 0x7048430000000002 with 0x7048530000000001"});
  EXPECT_EQ(status()["fenced"][0]["why"], "a server asks whether this one is alive");
}

TEST_F(AgentSafetyTest, releases_without_keepalived_and_starts_it_again) {
  become_active();
  client_is("confirmed", 1);
  host.units.erase("pnfs-ha-keepalived.service");
  EXPECT_EQ(std::ranges::count(changes_in(seconds(2)), "run drbdsetup secondary 0"), 1);
  EXPECT_EQ(role(), "standby");
  changes_in(seconds(3));
  EXPECT_TRUE(host.units.contains("pnfs-ha-keepalived.service"));
  EXPECT_TRUE(stands()) << status()["reason"];
}

TEST_F(AgentSafetyTest, a_blank_holder_waits_a_minute_for_its_peer) {
  cold_start(alpha_port);
  EXPECT_EQ(changes_in(seconds(58)), Lines{});
  EXPECT_EQ(status()["reason"], "the ramdisk is blank and the other server does not answer");
  EXPECT_EQ(changes_in(seconds(4)).front(), "run drbdsetup primary 0 --force");
  EXPECT_TRUE(stands());
}

TEST_F(AgentSafetyTest, a_blank_server_asks_a_silent_holder_and_then_begins) {
  cold_start(beta_port);
  EXPECT_EQ(changes_in(seconds(88)), Lines{});
  EXPECT_EQ(changes_in(seconds(4)), Lines{challenge});
  EXPECT_EQ(changes_in(seconds(12)).front(), "run drbdsetup primary 0 --force");
  EXPECT_TRUE(stands());
}

TEST_F(AgentSafetyTest, a_blank_server_stays_out_while_the_holder_lives) {
  cold_start(beta_port);
  changes_in(seconds(91));
  std::erase_if(host.lun.registered, [](const auto& r) { return is_challenge_key(r.key); });  // beta answers
  const Lines changes = changes_in(seconds(80));
  EXPECT_EQ(std::ranges::count(changes, "run drbdsetup primary 0 --force"), 0);
  EXPECT_EQ(changes.front(), "unmount /srv/pnfs-ha");  // a standby again, under its own key
  EXPECT_EQ(role(), "standby");
  EXPECT_FALSE(stands());
  EXPECT_EQ(changes_in(seconds(20)), Lines{challenge});
}

TEST_F(AgentSafetyTest, half_a_resynchronisation_is_thrown_away_when_its_source_is_gone) {
  let_beta_be_active(host);
  start();
  tick();
  host.mirror_holds = "ext4";
  host.disconnect_peer();
  EXPECT_EQ(what_happens([&] { tick(); }),
            (Lines{"run drbdadm down pnfs-ha", "set /sys/block/zram0/reset to 1",
                   "set /sys/block/zram0/disksize to 134217728", "run drbdadm create-md --force pnfs-ha",
                   "run drbdadm up pnfs-ha"}));
  EXPECT_EQ(what_happens([&] { tick(3); }), Lines{});
}

}  // namespace
}  // namespace pnfs_ha
