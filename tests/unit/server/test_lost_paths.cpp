// Paths to the LUN that hang.
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

const FakeLun::Port other_port = "iqn.2026-01.org.example:alpha,i,0x00023d000002";

class LostPathsTest : public AgentTest {
 protected:
  LostPathsTest() { host.plug_second_path(other_port); }

  std::string mounted() const { return host.mounts.at("/srv/pnfs-ha").source; }
  bool is_registered(const FakeLun::Port& by) const {
    return std::ranges::find(host.lun.registered, by, &FakeLun::Registered::port) !=
           host.lun.registered.end();
  }
  void wait(seconds time) {
    for (const Host::Duration end = host.uptime() + time; host.uptime() < end;) tick();
  }
};

TEST_F(LostPathsTest, that_hang_keep_no_standby_out) {
  host.hung_paths = {"/dev/sdb"};
  become_standby();
  EXPECT_EQ(role(), "standby") << status()["reason"];
  EXPECT_EQ(mounted(), "/dev/sda");
  EXPECT_FALSE(is_registered(other_port));
}

// A fabric dies for both servers: beta reboots after ten seconds, and alpha has changed over to its other path by then.
TEST_F(LostPathsTest, that_hang_for_every_server_are_survived_by_the_others) {
  become_standby();
  host.hung_paths = {"/dev/sda"};
  const Host::Duration died = host.uptime();
  wait(seconds(14));
  EXPECT_EQ(role(), "standby") << status()["reason"];
  be_elected();
  tick(4);
  EXPECT_TRUE(host.gate_is_open()) << status()["reason"];
  EXPECT_EQ(mounted(), "/dev/sdb");
  EXPECT_LE(host.uptime() - died, seconds(25));
}

// Nor does a server that leaves wait for them.
TEST_F(LostPathsTest, that_hang_are_not_waited_for_to_unregister) {
  become_standby();
  host.hung_paths = {"/dev/sdb"};
  EXPECT_EQ(error_of([&] { Reservation(host, lun_device, 1).unregister(); }), "");
  EXPECT_FALSE(is_registered(alpha_port));
  EXPECT_TRUE(is_registered(other_port));
}

// Of whom nobody has asked anything for an hour: the last question's answer came after it was waited for.
TEST_F(LostPathsTest, answer_by_what_they_say_now) {
  Reservation reservation(host, lun_device, 1);
  host.lun_takes = std::chrono::milliseconds(300);
  const auto answers = [&] { return reservation.answers_by_another_path(std::chrono::milliseconds(100)); };
  EXPECT_FALSE(answers());
  host.pass(std::chrono::hours(1));
  EXPECT_FALSE(answers());
  host.pass(seconds(1));
  EXPECT_TRUE(answers());
}

}  // namespace
}  // namespace pnfs_ha
