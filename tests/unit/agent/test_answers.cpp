// What the agent answers to whom: administrators, servers that want to join, the other server, anybody.
#include "agent_scene.h"
#include "config/mirror_secret.h"
#include "control/token.h"

namespace pnfs_ha {
namespace {

const json beta_asks = {{"name", "beta"}, {"address", "10.0.0.12"}, {"replication_address", "10.1.0.12"}};

TEST_F(AgentTest, admits_a_server_with_the_right_token) {
  start(one_server());
  tick(3);
  const std::string token = issue_join_token(host);

  // First it only asks what it would join.
  host.changes.clear();
  json answer = agent->answer({{"verb", "join"}, {"token", token}}, Origin::network);
  EXPECT_EQ(parse_cluster_config(answer.value("config", "")), one_server());
  EXPECT_EQ(answer.value("mirror_secret", "?"), "");
  EXPECT_EQ(host.changes, Lines{});

  host.files[MirrorSecret::path] = "c0ffee\n";
  answer = agent->answer({{"verb", "join"}, {"token", token}, {"server", beta_asks}}, Origin::network);
  EXPECT_EQ(parse_cluster_config(answer.value("config", "")), two_servers());
  EXPECT_EQ(host.changes,
            (Lines{"write /etc/pnfs-ha/cluster.toml", "install the gate", "write /etc/drbd.d/pnfs-ha.res",
                   "write /etc/pnfs-ha/keepalived.conf", "reload pnfs-ha-keepalived.service",
                   "run drbdadm adjust pnfs-ha", "write /etc/pnfs-ha/join-token"}));
  EXPECT_EQ(answer.value("mirror_secret", ""), "c0ffee");
  EXPECT_EQ(load_cluster_config(host), two_servers());
  tick();
  EXPECT_EQ(status()["peers"][0]["name"], "beta");
  // For one server only, which may have lost the answer.
  const auto ask = [&](const json& server) {
    return agent->answer({{"verb", "join"}, {"token", token}, {"server", server}}, Origin::network);
  };
  EXPECT_EQ(ask(beta_asks).value("mirror_secret", ""), "c0ffee");
  json gamma = beta_asks;
  gamma["name"] = "gamma";
  EXPECT_NE(ask(gamma).value("error", "").find("used up"), std::string::npos);
}

// Whoever has a token must not take a server's place while it is there.
TEST_F(AgentTest, moves_no_server_that_is_connected) {
  start(two_servers());
  tick(3);
  host.connect_peer({});
  host.finish_resync();
  json elsewhere = beta_asks;
  elsewhere["replication_address"] = "10.1.0.66";
  const auto ask = [&] {
    return agent->answer({{"verb", "join"}, {"token", issue_join_token(host)}, {"server", elsewhere}},
                         Origin::network);
  };
  EXPECT_EQ(ask().value("error", ""), "beta is in the cluster, connected, with other addresses");
  EXPECT_FALSE(host.files.contains(ClusterConfig::path));
  host.disconnect_peer();
  EXPECT_FALSE(ask().contains("error"));
}

// Of another server, by its address: why this one could not take over.
TEST_F(AgentTest, tells_other_servers_its_own_word) {
  become_standby();
  const auto ask = [&] {
    return health_answer_from_json(agent->answer(to_json(HealthQuestion{}), Origin::peer));
  };
  EXPECT_EQ(ask().role, Role::standby);
  EXPECT_EQ(ask().verdict.why, "");
  EXPECT_EQ(parse_cluster_config(ask().config), two_servers());
  host.lun_answers = false;
  tick();
  EXPECT_EQ(ask().verdict.health, Health::degraded);
  EXPECT_EQ(ask().verdict.why, "the LUN does not answer");
  EXPECT_TRUE(agent->answer(to_json(HealthQuestion{}), Origin::network).contains("error"));
  EXPECT_TRUE(agent->answer(to_json(SwitchoverQuestion{}), Origin::peer).contains("error"));
}

TEST_F(AgentTest, reads_the_luns_size_again_for_the_active_only) {
  become_standby();
  host.lun.bytes = 8ULL << 30;
  const json question = to_json(RescanQuestion{});
  for (const Origin origin : {Origin::network, Origin::local})
    EXPECT_EQ(agent->answer(question, origin).value("error", ""), "unknown question 'rescan'");
  const RescanAnswer answer = rescan_answer_from_json(agent->answer(question, Origin::peer));
  EXPECT_EQ(answer.paths, (std::vector<PathSize>{{"sda", 8ULL << 30, ""}}));
  EXPECT_EQ(host.changes, Lines{"set /sys/block/sda/device/rescan to 1"});
  be_elected();
  tick(4);
  EXPECT_EQ(agent->answer(question, Origin::peer).value("error", ""),
            "alpha is active, and rescans for nobody else");
}

// A path whose death the kernel has not noticed: whatever the rescan does late, this server stays as it is.
TEST_F(AgentTest, stays_standby_when_the_luns_size_does_not_come) {
  become_standby();
  host.stick("device/rescan");
  EXPECT_NE(agent->answer(to_json(RescanQuestion{}), Origin::peer).value("error", ""), "");
  host.heal();
  tick(2);
  EXPECT_EQ(role(), "standby");
  EXPECT_EQ(std::ranges::count(host.changes, "reboot"), 0);
}

TEST_F(AgentTest, admits_nobody_else) {
  start(one_server());
  tick(3);
  const std::string token = issue_join_token(host);
  host.changes.clear();
  const auto error = [&](const json& question) {
    const json answer = agent->answer(question, Origin::network);
    return answer.value("error", "no error: " + answer.dump());
  };
  const std::string wrong = "the token is wrong, used up or older than an hour";
  EXPECT_EQ(error({{"verb", "join"}, {"server", beta_asks}}), wrong);
  EXPECT_EQ(error({{"verb", "join"}, {"token", ""}, {"server", beta_asks}}), wrong);
  EXPECT_EQ(error({{"verb", "join"}, {"token", "c5"}, {"server", beta_asks}}), wrong);
  json own_name = beta_asks, bad_address = beta_asks, taken = beta_asks, evil = beta_asks;
  own_name["name"] = "alpha";
  EXPECT_NE(error({{"verb", "join"}, {"token", token}, {"server", own_name}}).find("name"),
            std::string::npos);
  bad_address["address"] = "beta.example.org";
  EXPECT_NE(error({{"verb", "join"}, {"token", token}, {"server", bad_address}}).find("is no IPv4"),
            std::string::npos);
  taken["address"] = "10.0.0.100";
  EXPECT_NE(error({{"verb", "join"}, {"token", token}, {"server", taken}}).find("used twice"),
            std::string::npos);
  evil["name"] = "x\"\naddress = \"10.0.0.13\"\n#";
  EXPECT_FALSE(error({{"verb", "join"}, {"token", token}, {"server", evil}}).starts_with("no error"));
  host.clock += 3601;
  EXPECT_EQ(error({{"verb", "join"}, {"token", token}, {"server", beta_asks}}), wrong);
  EXPECT_EQ(host.changes, Lines{});
}

// Anybody in the network may send anything.
TEST_F(AgentTest, answers_nonsense_with_an_error) {
  start(one_server());
  tick(3);
  const std::string token = issue_join_token(host);
  host.changes.clear();
  for (const char* question :
       {"{}", R"({"verb": 3})", R"({"verb": null})", R"({"verb": []})", R"({"verb": "reboot"})",
        R"({"verb": "join"})", R"({"verb": "join", "token": 3})", R"({"verb": "join", "token": {}})",
        R"({"verb": "status"})"})
    EXPECT_NO_THROW(EXPECT_TRUE(agent->answer(json::parse(question), Origin::network).contains("error")))
        << question;
  for (const char* server : {"3", "null", "[]", "{}", R"("beta")", R"({"name": 3})", R"({"name": "beta"})",
                             R"({"name": "beta", "address": 1, "replication_address": 2})"})
    EXPECT_NO_THROW(EXPECT_TRUE(
        agent->answer({{"verb", "join"}, {"token", token}, {"server", json::parse(server)}}, Origin::network)
            .contains("error")))
        << server;
  EXPECT_EQ(host.changes, Lines{});
}

// A call that takes too long is the looks' business: who asks, a stranger perhaps, has no server rebooted.
TEST_F(AgentTest, reboots_for_no_question_that_does_not_end) {
  become_standby();
  host.stuck_files = {"/sys/block/sda/device/wwid"};
  EXPECT_NO_THROW(agent->answer(to_json(HealthQuestion{}), Origin::peer));
  host.stuck_files.clear();
  host.stick("write /var/lib/pnfs-ha/maintenance", FakeHost::Times::once);
  host.stuck_for = seconds(2);
  EXPECT_NO_THROW(agent->answer(to_json(MaintenanceQuestion{}), Origin::local));
}

TEST_F(AgentTest, serves_on_whatever_question_does_not_end) {
  become_active();
  tick(4);
  host.stuck_files = {"/sys/block/sda/device/wwid"};
  EXPECT_NO_THROW(agent->answer(to_json(HealthQuestion{}), Origin::peer));
  host.stuck_files = {"/etc/pnfs-ha/join-token"};
  EXPECT_NO_THROW(agent->answer({{"verb", "join"}, {"token", "x"}}, Origin::network));
  EXPECT_EQ(role(), "active");
}

}  // namespace
}  // namespace pnfs_ha
