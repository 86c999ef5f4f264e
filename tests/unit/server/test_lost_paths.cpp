// Paths to the LUN that hang, or whose disk vanishes below what is mounted from it.
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

// FC: dev_loss_tmo; iSCSI: a session that was ended. What was mounted from the disk still is.
TEST_F(LostPathsTest, that_vanish_below_a_standbys_mount_are_left_for_another_one) {
  become_standby();
  host.vanish("/dev/sda");
  wait(seconds(5));
  EXPECT_EQ(role(), "standby") << status()["reason"];
  EXPECT_EQ(mounted(), "/dev/sdb");
  be_elected();
  tick(4);
  EXPECT_EQ(role(), "active") << status()["reason"];
  EXPECT_EQ(mounted(), "/dev/sdb");
}

// The reservation is in order, and XFS is not.
TEST_F(LostPathsTest, that_vanish_below_an_actives_mount_shut_its_gate) {
  become_active();
  tick(4);
  ASSERT_TRUE(host.gate_is_open());
  host.vanish("/dev/sda");
  wait(seconds(5));
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_THROW(tick(60), FakeHost::Rebooted);
}

// What was mounted from it is unmounted all the same.
TEST_F(LostPathsTest, that_have_vanished_can_be_unmounted) {
  SharedLun lun(host, lun_device, "/srv/pnfs-ha");
  host.directories.insert("/srv/pnfs-ha");
  host.modules.insert("xfs");
  host.files["/proc/sys/fs/xfs/panic_mask"] = host.files["/proc/sys/fs/xfs/xfssyncd_centisecs"] = "0\n";
  host.lun.content = "xfs";
  lun.mount(Access::read_only);
  host.vanish("/dev/sda");
  EXPECT_EQ(error_of([&] { lun.umount(); }), "");
  EXPECT_TRUE(host.mounts.empty());
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
