// Two whole agents on one LUN: alpha serves, beta is its standby.
#include "agent_scene.h"
#include "server/validity.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;

class TwoAgentsTest : public AgentTest {
 protected:
  void SetUp() override {
    become_active();
    tick(4);
    ASSERT_EQ(role(), "active");
    beta = std::make_unique<Agent>(other, two_servers(), [](seconds) {});
    other.connect_peer({.role = "Primary", .disk = "UpToDate"});
    beta->tick();
    other.finish_resync();
    other.mirror.peer_role = "Primary";
    for (int i = 0; i < 3; ++i) tick_beta();
    ASSERT_EQ(json::parse(other.text(status_file))["role"], "standby") << other.text(status_file);
    host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
    host.mirror.connection = "Connected";
    apart = other.uptime() - host.uptime();
  }

  void tick_beta() {
    beta->tick();
    other.pass(beta->interval());
  }

  void both_tick_for(seconds time) {
    for (const auto end = host.uptime() + time; host.uptime() < end;) {
      tick();
      if (host.mirror.connection == "Connected") replicate();
      while (other.uptime() - apart < host.uptime()) tick_beta();
    }
  }

  void cut_mirror() {
    host.disconnect_peer();
    other.disconnect_peer();
  }

  // As far as the tests go.
  void replicate() {
    other.files.erase(Validity::file);
    if (const auto found = host.files.find(Validity::file); found != host.files.end())
      other.files.insert(*found);
  }

  // alpha lives on while beta takes over: until its gate is open, or not for this long.
  void elect_beta(seconds limit) {
    const auto alpha_as_well = [this] {
      try {
        while (!alpha_is_gone && host.uptime() + apart <= other.uptime()) tick();
      } catch (const FakeHost::Rebooted&) {
        alpha_is_gone = true;
      }
    };
    for (int i = 1; milliseconds(100) * i < limit; ++i) other.at(milliseconds(100) * i, alpha_as_well);
    other.give_vip(true);
    beta->notified(Vrrp::master);
    for (const auto end = other.uptime() + limit; !other.gate_is_open() && other.uptime() < end;) tick_beta();
  }

  // alpha's agent hangs while beta takes over.
  void elect_beta_beside_a_hung_alpha() {
    other.give_vip(true);
    beta->notified(Vrrp::master);
    ASSERT_TRUE(other.gate_is_open()) << other.text(status_file);
    host.pass(other.uptime() - apart - host.uptime());
  }

  FakeHost other{"beta", &host.lun};
  std::unique_ptr<Agent> beta;
  Host::Duration apart{0};  // beta's uptime from alpha's
  bool alpha_is_gone = false;
};

// Each waits out what the other one may have declared, whether it could tell or not.
TEST_F(TwoAgentsTest, never_have_both_gates_open) {
  host.lun_takes = seconds(5);  // by alpha's path
  both_tick_for(seconds(40));
  ASSERT_EQ(Validity(host).declared(), seconds(8));
  ASSERT_TRUE(host.gate_is_open());
  cut_mirror();
  elect_beta_beside_a_hung_alpha();
  EXPECT_FALSE(host.gate_is_open());
}

TEST_F(TwoAgentsTest, never_have_both_gates_open_without_a_mirror) {
  cut_mirror();
  host.lun_takes = seconds(5);
  both_tick_for(seconds(40));
  ASSERT_EQ(Validity(host).declared(), seconds(8));
  ASSERT_EQ(Validity(other).declared(), seconds(1));
  ASSERT_TRUE(host.gate_is_open());
  elect_beta_beside_a_hung_alpha();
  EXPECT_FALSE(host.gate_is_open());
}

// alpha is cut off from beta and from its clients, and sees beta's key for as long as a command by beta's path takes.
TEST_F(TwoAgentsTest, of_which_the_elected_one_is_slow_change_roles) {
  cut_mirror();
  other.lun_takes = seconds(5);
  both_tick_for(seconds(30));
  elect_beta(seconds(60));
  EXPECT_TRUE(alpha_is_gone);
  EXPECT_TRUE(other.gate_is_open()) << json::parse(other.text(status_file))["reason"];
}

TEST_F(TwoAgentsTest, tell_each_other_whether_they_could_take_over) {
  const auto can_take_over = [this] {
    return health_answer_from_json(beta->answer(to_json(HealthQuestion{}), Origin::peer)).can_take_over;
  };
  EXPECT_TRUE(can_take_over());
  beta->answer(to_json(MaintenanceQuestion{}), Origin::local);
  EXPECT_FALSE(can_take_over());
  beta->answer(to_json(MaintenanceQuestion{.on = false}), Origin::local);
  tick_beta();
  EXPECT_TRUE(can_take_over());
  other.lun_answers = false;
  for (int i = 0; i < 3; ++i) tick_beta();
  EXPECT_FALSE(can_take_over());
}

// Without a mirror nothing keeps beta waiting until alpha's nfsd, whose thread waits for the LUN, has stopped.
TEST_F(TwoAgentsTest, never_answer_both_beside_a_release) {
  cut_mirror();
  both_tick_for(seconds(2));
  host.stick("set /proc/fs/nfsd/threads to 0");
  bool beta_serves = false, both_answer = false;
  host.at(seconds(3), [&] {
    apart = other.uptime() - host.uptime();
    other.give_vip(true);
    beta->notified(Vrrp::master);
    beta_serves = other.gate_is_open();
  });
  host.at(seconds(6), [&] { both_answer = host.replies_leave() && other.gate_is_open(); });
  agent->notified(Vrrp::backup);
  try {
    tick(8);
  } catch (const FakeHost::Rebooted&) {  // its nfsd does not stop
  }
  EXPECT_TRUE(beta_serves) << other.text(status_file);
  EXPECT_FALSE(both_answer);
}

}  // namespace
}  // namespace pnfs_ha
