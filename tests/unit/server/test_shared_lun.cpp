// The LUN by its names, and what it carries.
#include "scene.h"
#include "server/shared_lun.h"

namespace pnfs_ha {
namespace {

class SharedLunTest : public testing::Test {
 protected:
  FakeHost host;
  SharedLun lun{host, lun_device, "/srv/pnfs-ha"};

  SharedLunTest() {
    host.files["/proc/sys/fs/xfs/panic_mask"] = "0\n";
    host.files["/proc/sys/fs/xfs/xfssyncd_centisecs"] = "100\n";
    host.links["/dev/disk/by-id/scsi-36001405f00d00000000000000000cafe"] = "/dev/sda";
    host.links["/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe-part1"] = "/dev/sda1";
    host.links["/dev/mapper/mpatha"] = "/dev/dm-0";
  }
};

TEST_F(SharedLunTest, has_one_stable_name) {
  for (const char* name : {"/dev/sda", "/dev/disk/by-id/scsi-36001405f00d00000000000000000cafe", lun_device})
    EXPECT_EQ(SharedLun::stable_name(host, name), lun_device);
}

TEST_F(SharedLunTest, is_refused_with_a_remedy_if_it_is_no_whole_scsi_disk) {
  const struct {
    const char *device, *what, *remedy;
  } cases[] = {
      {"/dev/disk/by-id/wwn-0x6001405f00d00000000000000000cafe-part1", "is a partition or no disk at all",
       "give the whole disk"},
      {"/dev/sda1", "is a partition or no disk at all", "give the whole disk"},
      {"/dev/mapper/mpatha", "is a device-mapper device (LVM or dm-multipath)",
       "exclude it from multipath and LVM"},
      {"/dev/dm-0", "is a device-mapper device", "exclude it from multipath and LVM"},
      {"/dev/nvme0n1", "is an NVMe namespace", "only SCSI LUNs"},
      {"/dev/vda", "(vda) is no SCSI disk", "only SCSI LUNs"},
      {"/dev/sdz", "does not exist", "log in to the SAN first"},
      {"", "does not exist", "log in to the SAN first"},
  };
  for (const auto& c : cases) try {
      SharedLun::stable_name(host, c.device);
      ADD_FAILURE() << c.device;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(c.what), std::string::npos) << error.what();
      EXPECT_NE(error.remedy().find(c.remedy), std::string::npos) << error.remedy();
    }
}

TEST_F(SharedLunTest, needs_a_designator_that_clients_find_too) {
  host.links.erase(lun_device);
  EXPECT_EQ(error_of([&] { SharedLun::stable_name(host, "/dev/sda"); }),
            "/dev/sda has no /dev/disk/by-id/wwn-0x… name");
}

TEST_F(SharedLunTest, says_what_it_carries) {
  EXPECT_EQ(lun.content(), "xfs labelled 'demo'");
  host.lun.content = "LVM2_member";
  EXPECT_EQ(lun.content(), "LVM2_member");
  host.lun.content = "gpt";
  EXPECT_EQ(lun.content(), "a partition table (gpt)");
  host.lun.content = "";
  EXPECT_EQ(lun.content(), std::nullopt);
}

TEST_F(SharedLunTest, cannot_be_looked_at_by_an_unregistered_server) {
  let_beta_be_active(host);
  EXPECT_THROW(lun.content(), Error);
}

TEST_F(SharedLunTest, has_a_name_while_it_is_there) {
  EXPECT_TRUE(lun.path());
  EXPECT_EQ(lun.wwn(), "naa.6001405f00d00000000000000000cafe");
  host.unplug_lun();
  EXPECT_FALSE(lun.path());
  EXPECT_EQ(lun.wwn(), "");
  EXPECT_NE(error_of([&] { lun.rescan(); }).find("is not there"), std::string::npos);
  EXPECT_NE(error_of([&] { lun.mount(Access::read_only); }).find("is not there"), std::string::npos);
}

TEST_F(SharedLunTest, changes_its_access_by_a_fresh_mount) {
  lun.mount(Access::read_only);
  EXPECT_EQ(lun.access(), Access::read_only);
  EXPECT_EQ(host.text("/proc/sys/fs/xfs/panic_mask"), "0\n");
  lun.mount(Access::read_write);
  EXPECT_EQ(lun.access(), Access::read_write);
  EXPECT_EQ(host.text("/proc/sys/fs/xfs/panic_mask"), "127\n");
  host.changes.clear();
  lun.mount(Access::read_write);
  EXPECT_EQ(host.changes, Lines{});
  lun.mount(Access::none);
  EXPECT_EQ(host.changes, (Lines{"unmount /srv/pnfs-ha", "set /proc/sys/fs/xfs/panic_mask to 0"}));
}

TEST_F(SharedLunTest, is_put_back_after_a_mount_that_failed) {
  const auto before = host.snapshot();
  for (const Access access : {Access::read_only, Access::read_write}) {
    host.fail("mount /dev/sda", FakeHost::Times::once);
    EXPECT_NE(error_of([&] { lun.mount(access); }), "");
    lun.umount();
    auto after = host.snapshot();
    after.erase("directory /srv/pnfs-ha");
    EXPECT_EQ(after, before);
  }
}

// A file system that cannot be recovered: an error on each server, and no panic on one after the other.
TEST_F(SharedLunTest, panics_for_nothing_that_is_wrong_before_it_is_mounted) {
  host.files["/proc/sys/fs/xfs/panic_mask"] = "127\n";
  host.fail("mount /dev/sda", FakeHost::Times::once);
  EXPECT_NE(error_of([&] { lun.mount(Access::read_write); }), "");
  EXPECT_EQ(host.text("/proc/sys/fs/xfs/panic_mask"), "0\n");
}

// An agent that died before it did anything: XFS was never loaded.
TEST_F(SharedLunTest, is_put_back_without_xfs) {
  host.files.erase("/proc/sys/fs/xfs/panic_mask");
  EXPECT_NO_THROW(lun.umount());
}

TEST_F(SharedLunTest, ends_who_keeps_it_mounted) {
  lun.mount(Access::read_write);
  host.mount_users["/dev/sda"] = {{.pid = 7, .name = "bash", .use = Use::directory, .path = "/srv/pnfs-ha"}};
  host.changes.clear();
  lun.umount();
  EXPECT_EQ(lun.access(), Access::none);
  EXPECT_EQ(host.changes, (Lines{"unmount /srv/pnfs-ha", "end the users of /dev/sda", "unmount /srv/pnfs-ha",
                                 "set /proc/sys/fs/xfs/panic_mask to 0"}));
}

// What is left of it in a mount namespace that unmounting does not reach keeps it from being mounted otherwise.
TEST_F(SharedLunTest, is_not_unmounted_as_long_as_the_kernel_knows_it) {
  lun.mount(Access::read_write);
  host.files["/sys/fs/xfs/sda"] = "";
  EXPECT_EQ(error_of([&] { lun.umount(); }),
            "cannot unmount /srv/pnfs-ha: something else keeps its file system");
  host.mount_users["/dev/sda"] = {
      {.pid = 7, .name = "container", .use = Use::own_mount, .path = "/srv/pnfs-ha"}};
  host.at(std::chrono::seconds(1), [&] { host.files.erase("/sys/fs/xfs/sda"); });
  lun.umount();
  EXPECT_TRUE(host.mount_users.empty());
}

TEST_F(SharedLunTest, shows_to_nobody_but_the_agent_on_a_standby) {
  lun.mount(Access::read_only);
  EXPECT_TRUE(host.mounts.at("/srv/pnfs-ha").hidden);
  lun.mount(Access::read_write);
  EXPECT_FALSE(host.mounts.at("/srv/pnfs-ha").hidden);
}

TEST_F(SharedLunTest, gives_up_on_a_busy_mount) {
  lun.mount(Access::read_only);
  host.exported = true;
  const auto before = host.uptime();
  EXPECT_EQ(error_of([&] { lun.umount(); }), "cannot unmount /srv/pnfs-ha: target is busy");
  EXPECT_LT(host.uptime() - before, std::chrono::seconds(10));
}

TEST_F(SharedLunTest, cuts_a_long_label) {
  host.lun.content.clear();
  lun.format("a-cluster-with-a-long-name", Overwrite::no);
  EXPECT_NE(host.changes.back().find(" -L a-cluster-wi "), std::string::npos) << host.changes.back();
}

}  // namespace
}  // namespace pnfs_ha
