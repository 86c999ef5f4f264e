// bring_up on a simulated server: what it does, in which order, and what is left when a step fails.
#include "plan/plan_scene.h"

namespace pnfs_ha {
namespace {

// bring_up leaves modules, files and an empty directory, a gate that is shut, and nfsd's file systems.
const Lines left_by_bring_up = {
    "module ", "file ", "directory ", "gate", "mount /proc/fs/nfsd", "mount /run/rpc_pipefs"};
TEST(BringUp, ends_as_standby) {
  Scene s;
  let_beta_be_active(s.host);
  bring_up(s.server).run(nobody);
  EXPECT_EQ(s.host.changes, bring_up_record);
  EXPECT_EQ(s.host.lun.text(), (Lines{"0x7048530000000002 iqn.2026-01.org.example:beta,i,0x00023d000001 *",
                                      "0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001",
                                      "0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001"}));
  EXPECT_EQ(s.host.text("/run/pnfs-ha/out-of-election"), " 1\n");
  EXPECT_FALSE(s.host.gate_is_open());
}

TEST(BringUp, leaves_the_lun_alone_if_standbys_do_not_mount_it) {
  ClusterConfig config = two_servers();
  config.standby_mount = Access::none;
  Scene s(config);
  bring_up(s.server).run(nobody);
  Lines expected = bring_up_record;
  std::erase_if(expected, [](const std::string& change) {
    return change == "create /srv/pnfs-ha" || change == "make read-only /dev/sda" || change == mask + "0" ||
           change == log_interval || change == ro_mount;
  });
  EXPECT_EQ(s.host.changes, expected);
}

TEST(BringUp, has_keepalived_read_a_changed_configuration) {
  const auto s = standby();
  s->server.config.advertise = Advertise::multicast;
  bring_up(s->server).run(nobody);
  EXPECT_EQ(std::ranges::count(s->host.changes, "reload pnfs-ha-keepalived.service"), 1);
  EXPECT_EQ(s->host.text("/etc/pnfs-ha/keepalived.conf").find("unicast_peer"), std::string::npos);
}

// What it finds there the next time is not what keepalived does.
TEST(BringUp, has_keepalived_read_it_the_next_time_if_it_did_not) {
  const auto s = standby();
  s->server.config.advertise = Advertise::multicast;
  s->host.fail("reload pnfs-ha-keepalived.service", FakeHost::Times::once);
  EXPECT_NE(error_of([&] { bring_up(s->server).run(nobody); }), "");
  bring_up(s->server).run(nobody);
  EXPECT_EQ(std::ranges::count(s->host.changes, "reload pnfs-ha-keepalived.service"), 1);
  s->host.changes.clear();
  bring_up(s->server).run(nobody);
  EXPECT_EQ(std::ranges::count(s->host.changes, "reload pnfs-ha-keepalived.service"), 0);
}

TEST(BringUp, changes_nothing_when_repeated) {
  const auto s = standby();
  const Snapshot before = s->host.snapshot();
  bring_up(s->server).run(nobody);
  EXPECT_EQ(difference(before, s->host.snapshot(), {}), Lines{});
  EXPECT_EQ(s->host.changes, (Lines{"run modprobe -a nfsd xfs zram drbd", "install the gate",
                                    "REGISTER AND IGNORE EXISTING KEY 0x7048410000000001",
                                    "set /sys/block/sda/device/rescan to 1"}));
}

TEST(BringUp, refuses_an_nfsd_that_runs_already) {
  Scene s;
  s.host.nfsd_threads = 8;
  EXPECT_EQ(error_of([&] { bring_up(s.server).run(nobody); }),
            cannot(bring_up(s.server), StepId::prepare_nfs) + "the kernel's NFS server is running already");
}

TEST(BringUp, refuses_a_ramdisk_of_somebody_else) {
  Scene s;
  s.host.files["/sys/block/zram0/disksize"] = "4096\n";
  EXPECT_EQ(error_of([&] {
              bring_up(s.server).run(nobody);
            }).find(cannot(bring_up(s.server), StepId::create_ramdisk) + "/dev/zram0 already has 4096 bytes"),
            0U);
}

TEST(BringUp, is_undone_wherever_it_fails) {
  const auto begin = [] {
    auto scene = std::make_unique<Scene>();
    let_beta_be_active(scene->host);
    return scene;
  };
  fail_each_change(begin, bring_up, left_by_bring_up);
  const auto s = begin();
  Lines acts = bring_up(s->server).acts();
  acts.erase(acts.begin());                                        // it only looks
  acts.erase(acts.begin() + 1);                                    // so does this one
  EXPECT_EQ(steps_of(trace(s->host, bring_up(s->server))), acts);  // none was left out
}

TEST(BringUp, keeps_the_reservation_that_this_server_holds) {
  Scene s;
  s.host.lun.registered = {{alpha_port, alpha_key}, {client_port, client_key}};
  s.host.lun.held = FakeLun::Held{alpha_port};
  s.host.fail("start pnfs-ha-keepalived.service");
  EXPECT_NE(error_of([&] { bring_up(s.server).run(nobody); }), "");
  EXPECT_EQ(s.host.lun.text(), (Lines{"0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001 *",
                                      "0x6a5f3c1100000007 iqn.2026-01.org.example:client,i,0x00023d000001"}));
}

}  // namespace
}  // namespace pnfs_ha
