// The circuit breaker: servers that die young, one after the other.
#include "agent/keeper.h"
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

class TermsTest : public AgentTest {
 protected:
  Terms terms{host, "/srv/pnfs-ha"};
  const std::string lun = "/srv/pnfs-ha/.pnfs-ha/terms";

  void die_young(int times) {
    for (int i = 0; i < times; ++i) terms.begin();
  }
};

TEST_F(TermsTest, counts_who_neither_lasted_nor_left) {
  host.mounts["/var/lib/nfs"] = {};
  EXPECT_EQ(terms.died_young(), 0);
  die_young(2);
  EXPECT_EQ(terms.died_young(), 2);
  EXPECT_EQ(host.text(Terms::mirror_file), "2\n");
  EXPECT_EQ(host.text(lun), "2\n");
  terms.begin();
  terms.take_back();
  EXPECT_EQ(terms.died_young(), 2);
  terms.outlast();
  EXPECT_EQ(terms.died_young(), 0);
  EXPECT_FALSE(host.resolve(lun));
}

TEST_F(TermsTest, refuses_the_fourth_until_a_human_allows_it) {
  die_young(3);
  EXPECT_FALSE(terms.refused());
  EXPECT_EQ(error_of([&] { terms.begin(); }), "the last 3 servers that began to serve died within a minute");
  EXPECT_TRUE(terms.refused());
  terms.allow();
  terms.begin();
  EXPECT_EQ(terms.died_young(), 1);
}

// All ramdisks are blank after so many deaths.
TEST_F(TermsTest, the_lun_remembers) {
  die_young(3);
  host.files.erase(Terms::mirror_file);
  EXPECT_EQ(terms.died_young(), 3);
}

// Serving is the rule: what is full or cannot be read keeps nobody from it.
TEST_F(TermsTest, serves_although_nothing_can_be_noted) {
  host.fail("terms");
  terms.begin();
  EXPECT_EQ(terms.died_young(), 0);
  host.files[lun] = "format 2 what comes then\n";
  EXPECT_EQ(terms.died_young(), 0);
}

TEST_F(TermsTest, a_server_that_serves_for_a_minute_lasts) {
  become_active();
  EXPECT_EQ(terms.died_young(), 1);
  Keeper keeper(host, two_servers());
  keeper.round();
  EXPECT_EQ(terms.died_young(), 1);
  host.pass(seconds(60));
  keeper.round();
  EXPECT_EQ(terms.died_young(), 0);
}

TEST_F(TermsTest, a_release_takes_it_back) {
  become_active();
  agent->stop();
  EXPECT_EQ(terms.died_young(), 0);
}

TEST_F(TermsTest, who_is_refused_stands_for_no_election_until_a_human_decides) {
  host.files[lun] = "3\n";
  become_standby();
  host.disconnect_peer();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(role(), "out-of-service");
  EXPECT_FALSE(stands());
  host.give_vip(false);
  agent->notified(Vrrp::fault);
  host.finish_resync();
  tick(60);
  EXPECT_EQ(role(), "standby");
  EXPECT_FALSE(stands());
  EXPECT_EQ(status()["reason"], "the last servers that began to serve died within a minute");
  const json answer = agent->answer({{"verb", "recover"}, {"decision", "serve-once-more"}}, Origin::local);
  EXPECT_EQ(answer["interventions"][0]["id"], "serve-once-more");
  tick(2);
  EXPECT_TRUE(stands());
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(role(), "active");
}

}  // namespace
}  // namespace pnfs_ha
