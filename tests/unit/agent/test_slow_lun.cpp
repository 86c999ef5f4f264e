// A LUN whose answers take their time is slow, not silent.
#include <atomic>
#include <thread>

#include "agent_scene.h"
#include "server/validity.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;

TEST(Validity, follows_the_latency) {
  const struct {
    int latency_ms, seconds;
  } cases[] = {{0, 1},    {300, 1},  {700, 1},   {701, 2},   {1000, 3},
               {3000, 5}, {5000, 8}, {8400, 12}, {60000, 12}};
  for (const auto& c : cases)
    EXPECT_EQ(Validity::of_latency(milliseconds(c.latency_ms)), seconds(c.seconds)) << c.latency_ms;
}

class ValidityTest : public testing::Test {
 protected:
  ValidityTest() {
    host.mounts["/var/lib/nfs"] = {
        .source = "/dev/drbd0", .target = "/var/lib/nfs", .type = "ext4", .options = ""};
  }

  FakeHost host;
  Validity validity{host};
};

TEST_F(ValidityTest, that_is_longer_is_declared_before_it_is_used) {
  EXPECT_EQ(validity.agree(seconds(1), true), seconds(1));
  EXPECT_EQ(host.text(Validity::file), "");
  EXPECT_EQ(validity.agree(seconds(5), true), seconds(1));
  EXPECT_EQ(Validity(host).declared(), seconds(5));
  EXPECT_EQ(validity.agree(seconds(5), true), seconds(5));
  host.fail(std::string("write ") + Validity::file);
  EXPECT_EQ(validity.agree(seconds(8), true), seconds(5));
}

TEST_F(ValidityTest, that_is_shorter_is_declared_when_no_gate_is_open_by_a_longer_one) {
  validity.agree(seconds(8), true);
  for (int i = 0; i < 40; ++i, host.pass(milliseconds(250))) validity.agree(seconds(8), true);
  for (int i = 0; i < 31; ++i, host.pass(milliseconds(250))) {
    EXPECT_EQ(validity.agree(seconds(i == 20 ? 3 : 1), true), seconds(i == 20 ? 3 : 1));
    EXPECT_EQ(Validity(host).declared(), seconds(8));
  }
  for (int i = 0; i < 33; ++i, host.pass(milliseconds(250))) validity.agree(seconds(1), true);
  EXPECT_EQ(Validity(host).declared(), seconds(1));
}

TEST_F(ValidityTest, of_an_agent_that_was_started_again_is_the_one_that_was_declared) {
  validity.agree(seconds(8), true);
  Validity again(host);
  again.agree(seconds(2), true);
  EXPECT_EQ(again.declared(), seconds(8));
  host.pass(seconds(9));
  again.agree(seconds(2), true);
  EXPECT_EQ(again.declared(), seconds(2));
}

TEST_F(ValidityTest, that_the_other_server_may_not_hear_of_is_not_used) {
  EXPECT_EQ(validity.agree(seconds(5), false), seconds(1));
  EXPECT_EQ(Validity(host).declared(), seconds(1));
  validity.agree(seconds(5), true);
  EXPECT_EQ(validity.agree(seconds(5), false), seconds(1));  // the mirror was cut while it was written
  validity.agree(seconds(5), true);
  EXPECT_EQ(validity.agree(seconds(8), false), seconds(5));
}

TEST_F(ValidityTest, that_nobody_understands_is_the_longest) {
  host.files[Validity::file] = "soon\n";
  EXPECT_EQ(validity.declared(), Validity::longest);
  host.files[Validity::file] = "999999999\n";
  EXPECT_EQ(validity.declared(), Validity::longest);
  host.files[Validity::file] = "-5\n";
  EXPECT_EQ(validity.declared(), Validity::shortest);
}

// Who takes over from a server that died goes on with what both copies say.
TEST_F(ValidityTest, that_a_dead_server_declared_is_used_at_once) {
  host.files[Validity::file] = "8000\n";
  validity.withdraw();
  EXPECT_EQ(Validity(host).declared(), Validity::shortest);
  EXPECT_EQ(validity.agree(seconds(5), false), seconds(5));
  EXPECT_EQ(Validity(host).declared(), seconds(5));
}

class SlowLunTest : public AgentTest {};

TEST_F(SlowLunTest, keeps_its_second_where_answers_take_less_than_0_7_s) {
  become_active();
  for (const int latency : {100, 300, 450, 600, 700}) {
    host.lun_takes = milliseconds(latency);
    shut_within(seconds(2));
    EXPECT_EQ(shut_within(seconds(60)), 0) << latency;
    EXPECT_EQ(Validity(host).declared(), Validity::shortest);
  }
}

TEST_F(SlowLunTest, is_served_without_a_flapping_gate_and_without_a_reboot) {
  become_active();
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  host.mirror.connection = "Connected";
  for (const int latency : {1000, 3000, 5000, 1000}) {
    host.lun_takes = milliseconds(latency);
    shut_within(seconds(20));
    EXPECT_EQ(shut_within(seconds(120)), 0) << latency;
    EXPECT_EQ(role(), "active");
    EXPECT_EQ(status()["lun"]["latency_ms"], latency);
    EXPECT_EQ(Validity(host).declared(), Validity::of_latency(milliseconds(latency)));
  }
}

// Its copy would not say so; after a while it waits for the longest time, whatever its copy says.
TEST_F(SlowLunTest, is_not_declared_to_a_server_that_does_not_hear_it) {
  become_active();
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  host.mirror.connection = "Connected";
  tick(8);
  host.disconnect_peer();
  host.lun_takes = seconds(3);
  shut_within(seconds(7));
  EXPECT_EQ(Validity(host).declared(), Validity::shortest);
  shut_within(seconds(6));
  EXPECT_EQ(Validity(host).declared(), seconds(5));
  EXPECT_EQ(shut_within(seconds(60)), 0);
  EXPECT_EQ(role(), "active");
}

// A path that failed over, a target that started again.
TEST_F(SlowLunTest, is_not_what_answers_once_after_a_silence) {
  become_active();
  host.lun_takes = seconds(5);
  tick(4);
  host.pass(seconds(5));
  host.lun_takes = {};
  tick(8);
  EXPECT_EQ(status()["lun"]["latency_ms"], 0);
  EXPECT_TRUE(host.gate_is_open());
}

TEST_F(SlowLunTest, leaves_a_standby_standing) {
  become_standby();
  for (const int latency : {300, 700, 1000, 3000, 5000}) {
    host.lun_takes = milliseconds(latency);
    tick(20);
    for (int i = 0; i < 60; ++i) {
      tick();
      EXPECT_TRUE(stands()) << latency;
    }
  }
}

// A server that was preempted and hangs answers until then.
TEST_F(SlowLunTest, has_the_next_active_wait_out_what_the_old_one_declared) {
  become_standby();
  host.files[Validity::file] = "8000\n";
  std::optional<Host::Duration> taken;
  host.lun.meanwhile = [&](const ScsiCommand& command) {
    if (command.cdb.at(0) == 0x5f && command.cdb.at(1) == 5 && !taken) taken = host.uptime();
  };
  be_elected();
  EXPECT_EQ(role(), "active");
  EXPECT_TRUE(host.gate_is_open());
  ASSERT_TRUE(taken);
  EXPECT_GE(host.uptime() - *taken, seconds(8));
  EXPECT_EQ(host.text(Validity::file), "");
}

TEST_F(SlowLunTest, too_slow_is_silent) {
  become_active();
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  host.mirror.connection = "Connected";
  tick();
  host.lun_takes = seconds(30);
  EXPECT_THROW(tick(400), FakeHost::Rebooted);
}

// R54: to reboot helps only if somebody else can serve.
TEST_F(SlowLunTest, or_silent_for_both_servers_reboots_nobody) {
  std::atomic<bool> answers_beta{true};
  std::atomic<int> asked{0};
  become_active();
  agent = std::make_unique<Agent>(
      host, two_servers(), [this](seconds) { ++alive; },
      [&](const ServerConfig& server) {
        EXPECT_EQ(server.name, "beta");
        ++asked;
        return HealthAnswer{Role::standby, {}, "", answers_beta};
      });
  // It is asked in a thread, which may take its time.
  const auto look = [&] {
    const int before = asked;
    tick();
    for (int i = 0; i < 1000 && asked == before && status()["reason"] != ""; ++i)
      std::this_thread::sleep_for(milliseconds(1));
  };
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  host.mirror.connection = "Connected";
  tick();
  answers_beta = false;
  host.lun_answers = false;
  tick(8);
  for (int i = 0; i < 100; ++i) look();
  EXPECT_EQ(status()["reason"], "the LUN does not answer, and the other server cannot take over");
  answers_beta = true;
  const auto look_on = [&] {
    for (int i = 0; i < 200; ++i) look();
  };
  EXPECT_THROW(look_on(), FakeHost::Rebooted);
}

TEST(Takeover, waits_for_the_longest_proof_of_a_server_that_it_did_not_hear) {
  const auto s = widowed();
  s->server.deaf = true;
  const Host::Duration before = s->host.uptime();
  takeover(s->server).run(nobody);
  EXPECT_GE(s->host.uptime() - before, Validity::longest);
}

}  // namespace
}  // namespace pnfs_ha
