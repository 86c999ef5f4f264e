// What a standby renews, on a simulated server: in which order, and what is left when a step fails.
#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

// A standby beside a beta that has just taken over, which cost alpha its registration.
std::unique_ptr<Scene> preempted(const ClusterConfig& config = two_servers()) {
  auto scene = standby(config);
  std::erase_if(scene->host.lun.registered, [](const auto& r) { return r.port == alpha_port; });
  scene->host.changes.clear();
  return scene;
}

// A standby whose copy is half a resynchronisation.
std::unique_ptr<Scene> with_a_worthless_copy() {
  auto scene = standby();
  scene->host.disconnect_peer();
  scene->host.mirror.disk = "Inconsistent";
  scene->host.mirror_holds = "ext4";
  scene->host.changes.clear();
  return scene;
}

// --- renew_standby ---

TEST(RenewStandby, registers_and_shows_the_lun_as_it_is_now) {
  const auto s = preempted();
  renew_standby(s->server).run(nobody);
  EXPECT_EQ(s->host.changes, (Lines{"unmount /srv/pnfs-ha", mask + "0", "make writable /dev/sda",
                                    "REGISTER AND IGNORE EXISTING KEY 0x7048410000000001",
                                    "set /sys/block/sda/device/rescan to 1", "make read-only /dev/sda",
                                    mask + "0", log_interval, ro_mount}));
  EXPECT_EQ(s->host.lun.text().back().substr(0, 18), "0x7048410000000001");
}

// The view of the LUN that it had is of no use; what the renewal made is gone again. The agent then brings
// the server up anew.
TEST(RenewStandby, is_undone_wherever_it_fails) {
  const Lines no_view_of_the_lun = {"mount /srv/pnfs-ha", "device /dev/sda", "file /proc/sys/fs/xfs/"};
  fail_each_change([] { return preempted(); }, renew_standby, no_view_of_the_lun);
  const auto s = preempted();
  EXPECT_EQ(steps_of(trace(s->host, renew_standby(s->server))), renew_standby(s->server).acts());
}

TEST(RenewStandby, that_failed_is_made_good_by_a_bring_up) {
  const auto changes = [] {
    const auto s = preempted();
    renew_standby(s->server).run(nobody);
    return s->host.changes.size();
  }();
  for (std::size_t i = 1; i <= changes; ++i) {
    SCOPED_TRACE(i);
    const auto s = preempted();
    s->host.fail_nth(i, FakeHost::Effect::none);
    error_of([&] { renew_standby(s->server).run(nobody); });
    s->host.heal();
    bring_up(s->server).run(nobody);
    EXPECT_EQ(s->server.lun.access(), Access::read_only);
    EXPECT_EQ(s->server.reservation.read().own_key, alpha_key);
  }
}

// Whoever registers without comparing has nothing mounted read-write.
TEST(RenewStandby, registers_nobody_who_cannot_unmount) {
  const auto s = preempted();
  s->host.fail("unmount /srv/pnfs-ha");
  const Lines before = s->host.lun.text();
  EXPECT_NE(error_of([&] { renew_standby(s->server).run(nobody); }), "");
  EXPECT_EQ(s->host.lun.text(), before);
  EXPECT_TRUE(std::ranges::none_of(s->host.changes, [](const auto& c) { return c.starts_with("REGISTER"); }));
}

TEST(RenewStandby, mounts_nothing_if_standbys_do_not) {
  ClusterConfig config = two_servers();
  config.standby_mount = Access::none;
  const auto s = preempted(config);
  renew_standby(s->server).run(nobody);
  EXPECT_EQ(s->host.changes, (Lines{mask + "0", "REGISTER AND IGNORE EXISTING KEY 0x7048410000000001",
                                    "set /sys/block/sda/device/rescan to 1"}));
}

// --- renew_mirror ---

TEST(RenewMirror, begins_with_a_blank_ramdisk) {
  const auto s = with_a_worthless_copy();
  renew_mirror(s->server).run(nobody);
  EXPECT_EQ(s->host.changes, (Lines{"run drbdadm down pnfs-ha", "set /sys/block/zram0/reset to 1",
                                    "set /sys/block/zram0/disksize to 134217728",
                                    "run drbdadm create-md --force pnfs-ha", "run drbdadm up pnfs-ha"}));
  EXPECT_TRUE(s->server.mirror.is_blank());
}

// A copy that was worthless does not come back.
TEST(RenewMirror, is_undone_wherever_it_fails_to_no_mirror_at_all) {
  const Lines no_mirror = {"mirror", "file /sys/block/zram0/", "metadata", "peer"};
  fail_each_change(with_a_worthless_copy, renew_mirror, no_mirror);
  const auto s = with_a_worthless_copy();
  EXPECT_EQ(steps_of(trace(s->host, renew_mirror(s->server))), renew_mirror(s->server).acts());
}

TEST(RenewMirror, that_failed_is_made_good_by_a_bring_up) {
  for (std::size_t i = 1; i <= 5; ++i) {
    SCOPED_TRACE(i);
    const auto s = with_a_worthless_copy();
    s->host.fail_nth(i, FakeHost::Effect::none);
    const std::string error = error_of([&] { renew_mirror(s->server).run(nobody); });
    if (i == 2)
      EXPECT_EQ(error, "");  // a reset is repeated
    else
      EXPECT_NE(error, "");
    if (i > 2) {
      EXPECT_EQ(s->server.mirror.state().connection, "");
      EXPECT_EQ(s->host.text("/sys/block/zram0/disksize"), "0\n");
    }
    s->host.heal();
    bring_up(s->server).run(nobody);
    EXPECT_NE(s->server.mirror.state().connection, "");
  }
}

}  // namespace
}  // namespace pnfs_ha
