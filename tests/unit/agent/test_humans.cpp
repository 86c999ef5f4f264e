// What administrators decide: maintenance, and what only they can know.
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

class HumansTest : public AgentTest {};

TEST_F(HumansTest, maintenance_keeps_a_standby_out_over_reboots) {
  become_standby();
  EXPECT_EQ(agent->answer({{"verb", "maintenance"}, {"on", true}}, Origin::local)["role"], "standby");
  EXPECT_FALSE(stands());
  EXPECT_EQ(status()["maintenance"], true);
  agent = std::make_unique<Agent>(host, two_servers(), [](seconds) {});
  tick(3);
  EXPECT_FALSE(stands());
  agent->answer({{"verb", "maintenance"}, {"on", false}}, Origin::local);
  tick();
  EXPECT_TRUE(stands());
}

TEST_F(HumansTest, maintenance_of_an_active_must_be_forced) {
  become_active();
  const json refused = agent->answer({{"verb", "maintenance"}, {"on", true}}, Origin::local);
  EXPECT_EQ(refused["error"], "this server is active");
  EXPECT_EQ(role(), "active");
  const json question = {{"verb", "maintenance"}, {"on", true}, {"force", true}};
  EXPECT_EQ(agent->answer(question, Origin::local)["role"], "standby");
  EXPECT_FALSE(stands());
}

TEST_F(HumansTest, only_its_own_server_may_ask_for_maintenance_or_recovery) {
  become_active();
  for (const char* verb : {"maintenance", "recover", "switchover"})
    EXPECT_TRUE(agent->answer({{"verb", verb}}, Origin::network).contains("error"));
}

TEST_F(HumansTest, recover_finds_nothing_where_nothing_is_wrong) {
  become_standby();
  EXPECT_EQ(agent->answer({{"verb", "recover"}}, Origin::local)["interventions"], json::array());
}

TEST_F(HumansTest, recover_does_not_wait_for_a_server_that_a_human_knows_to_be_off) {
  cold_start(beta_port);
  const json told = agent->answer({{"verb", "recover"}}, Origin::local);
  EXPECT_EQ(told["interventions"][0]["id"], "begin-with-blank-mirror");
  EXPECT_NE(told["interventions"][0]["loss"], "");
  EXPECT_FALSE(stands());
  agent->answer({{"verb", "recover"}, {"decision", "begin-with-blank-mirror"}}, Origin::local);
  tick();
  EXPECT_TRUE(stands());
}

TEST_F(HumansTest, recover_serves_without_records_that_are_damaged) {
  become_standby();
  host.disconnect_peer();
  const std::string copy = "/srv/pnfs-ha/.pnfs-ha/client-records-3.7.sqlite";
  host.files[copy] = "?";
  host.damaged_databases = {copy};
  agent->notified(Vrrp::master);
  EXPECT_EQ(role(), "out-of-service");
  const json told = agent->answer({{"verb", "recover"}}, Origin::local);
  EXPECT_EQ(told["interventions"][0]["id"], "serve-without-records");
  agent->answer({{"verb", "recover"}, {"decision", "serve-without-records"}}, Origin::local);
  tick(2);
  EXPECT_EQ(role(), "active");
  EXPECT_EQ(host.text(copy + ".damaged"), "?");
}

TEST_F(HumansTest, recover_takes_the_lun_from_a_stranger) {
  become_standby();
  host.disconnect_peer();
  host.lun.registered = {{"iqn.backup,i,0x1", 0xabc}, {alpha_port, alpha_key}};
  host.lun.held = FakeLun::Held{"iqn.backup,i,0x1"};
  const json told = agent->answer({{"verb", "recover"}}, Origin::local);
  EXPECT_EQ(told["interventions"][0]["finding"],
            "The LUN is reserved by iqn.backup, key 0x0000000000000abc, which is no server of this cluster.");
  agent->answer({{"verb", "recover"}, {"decision", "preempt-stranger"}}, Origin::local);
  EXPECT_EQ(host.lun.held->port, alpha_port);
}

// A reload of the administrator's firewall flushes every table.
TEST_F(HumansTest, a_firewall_that_is_reloaded_leaves_a_standby_its_gate) {
  become_standby();
  host.flush_ruleset();
  EXPECT_EQ(what_happens([&] { tick(11); }), Lines{"install the gate"});
  EXPECT_EQ(what_happens([&] { tick(11); }), Lines{});
  host.flush_ruleset();
  host.fail("the gate");
  tick(11);
  EXPECT_TRUE(stands());
}

}  // namespace
}  // namespace pnfs_ha
