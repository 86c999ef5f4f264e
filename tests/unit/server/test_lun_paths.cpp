// A LUN that the server sees by two paths.
#include "agent_scene.h"
#include "server/lun_paths.h"

namespace pnfs_ha {
namespace {

const FakeLun::Port second_port = "iqn.2026-01.org.example:alpha,i,0x00023d000002";

class PathsTest : public AgentTest {
 protected:
  PathsTest() { host.plug_second_path(second_port); }

  std::vector<Path> paths() const { return lun_paths(host, lun_device); }
  std::string mounted() const {
    return host.mounts.contains(mount_point) ? host.mounts.at(mount_point).source : "";
  }
  Lines keys_of(const FakeLun::Port& by) const {
    Lines keys;
    for (const auto& r : host.lun.registered)
      if (r.port == by) keys.push_back(pr::to_string(r.key));
    return keys;
  }

  // As the disk of a virtual machine: sdev_show_wwid() answers EINVAL where no designator is one that it knows.
  void plug_a_disk_without_wwid() {
    host.directories.insert({"/dev/sdc", "/sys/block/sdc"});
    host.unreadable.insert("/sys/block/sdc/device/wwid");
  }

  static constexpr const char* mount_point = "/srv/pnfs-ha";
};

using Paths = std::vector<Path>;

TEST_F(PathsTest, are_the_disks_of_one_logical_unit_best_first) {
  host.files["/sys/block/vda/device/wwid"] = host.files["/sys/block/sda/device/wwid"];  // no SCSI disk
  host.directories.insert({"/dev/sdc", "/sys/block/sdc"});
  host.files["/sys/block/sdc/device/wwid"] = "naa.6001405f00d000000000000000000bad\n";
  EXPECT_EQ(paths(), (Paths{"/dev/sda", "/dev/sdb"}));
  host.files["/sys/block/sda/device/access_state"] = "active/non-optimized\n";
  host.files["/sys/block/sdb/device/access_state"] = "active/optimized\n";
  EXPECT_EQ(paths(), (Paths{"/dev/sdb", "/dev/sda"}));
  host.files["/sys/block/sdb/device/state"] = "transport-offline\n";
  EXPECT_EQ(paths(), (Paths{"/dev/sda", "/dev/sdb"}));
  host.files["/sys/block/sda/holders/dm-0"] = "";
  EXPECT_EQ(paths(), (Paths{"/dev/sdb", "/dev/sda"}));
  // The one that is mounted, whatever it is.
  host.mounts["/mnt"] = {.source = "/dev/sda", .target = "/mnt", .type = "xfs", .options = "rw"};
  EXPECT_EQ(paths().front(), "/dev/sda");
  host.links[lun_device] = "/dev/sdb";
  EXPECT_EQ(LunPaths(host, lun_device).in_use(), "/dev/sda");
}

// Without a device handler the kernel answers EINVAL.
TEST_F(PathsTest, of_a_target_without_access_states_are_all_good) {
  host.unreadable = {"/sys/block/sda/device/access_state", "/sys/block/sdb/device/access_state"};
  EXPECT_EQ(paths(), (Paths{"/dev/sda", "/dev/sdb"}));
}

TEST_F(PathsTest, are_found_without_udevs_link) {
  host.links.erase(lun_device);
  EXPECT_EQ(paths(), (Paths{"/dev/sda", "/dev/sdb"}));
  EXPECT_EQ(LunPaths(host, lun_device).in_use(), "/dev/sda");
}

TEST_F(PathsTest, are_found_beside_a_disk_whose_wwid_cannot_be_read) {
  plug_a_disk_without_wwid();
  EXPECT_EQ(paths(), (Paths{"/dev/sda", "/dev/sdb"}));
  become_active();
  tick(4);
  EXPECT_TRUE(host.gate_is_open()) << status()["reason"];
}

// A release looks for the LUN again when it has unmounted it: this was a reboot.
TEST_F(PathsTest, are_left_in_order_beside_a_disk_whose_wwid_cannot_be_read) {
  become_active();
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  host.mirror.connection = "Connected";
  tick(4);
  plug_a_disk_without_wwid();
  agent->answer(to_json(SwitchoverQuestion{}), Origin::local);
  tick(4);
  EXPECT_EQ(role(), "standby") << status()["reason"];
}

TEST_F(PathsTest, have_one_stable_name) {
  for (const char* name : {"/dev/sda", "/dev/sdb"})
    EXPECT_EQ(SharedLun::stable_name(host, name), lun_device) << name;
}

TEST_F(PathsTest, that_device_mapper_took_are_not_mounted) {
  become_standby();
  host.files["/sys/block/sda/holders/dm-0"] = host.files["/sys/block/sdb/holders/dm-0"] = "";
  host.mounts.erase(mount_point);
  EXPECT_NE(error_of([&] {
              SharedLun(host, lun_device, mount_point).mount(Access::read_only);
            }).find("has been taken by device-mapper (dm-0)"),
            std::string::npos);
}

TEST_F(PathsTest, each_have_the_standbys_key_and_one_that_of_who_serves) {
  become_standby();
  EXPECT_EQ(keys_of(alpha_port), Lines{"0x7048410000000001"});
  EXPECT_EQ(keys_of(second_port), Lines{"0x7048410000000001"});
  be_elected();
  tick(4);
  EXPECT_EQ(role(), "active");
  EXPECT_EQ(keys_of(alpha_port), Lines{"0x7048530000000001"});
  EXPECT_EQ(keys_of(second_port), Lines{});
}

// Any event of the other disk moves the link.
TEST_F(PathsTest, are_not_changed_because_udev_changed_its_link) {
  become_active();
  host.links[lun_device] = "/dev/sdb";
  host.lun.registered.push_back({client_port, client_key});
  tick(8);
  EXPECT_EQ(role(), "active");
  EXPECT_TRUE(host.gate_is_open());
  EXPECT_EQ(error_of([&] { Reservation(host, lun_device, 1).fence(client_key); }), "");
  EXPECT_EQ(mounted(), "/dev/sda");
}

TEST_F(PathsTest, are_changed_by_a_standby_whose_own_dies) {
  become_standby();
  host.dead_paths = {"/dev/sda"};  // and the kernel does not know it yet
  tick(4);
  EXPECT_EQ(role(), "standby");
  EXPECT_EQ(mounted(), "/dev/sdb");
  EXPECT_TRUE(stands());
  // It stays there when the first one is back, and serves by it.
  host.dead_paths.clear();
  tick(4);
  be_elected();
  tick(4);
  EXPECT_EQ(role(), "active") << status()["reason"];
  EXPECT_EQ(mounted(), "/dev/sdb");
  EXPECT_EQ(keys_of(second_port), Lines{"0x7048530000000001"});
  EXPECT_EQ(keys_of(alpha_port), Lines{});
}

// The kernel keeps a size for each path, and the takeover needs that of the one that it mounts.
TEST_F(PathsTest, of_a_lun_that_has_grown_unseen_can_be_taken_over_by) {
  become_standby();
  host.lun.bytes = host.lun.xfs_bytes *= 2;
  be_elected();
  tick(4);
  EXPECT_EQ(role(), "active") << status()["reason"];
  EXPECT_EQ(mounted(), "/dev/sda");
}

TEST_F(PathsTest, of_a_lun_that_has_grown_unseen_can_be_taken_over_by_each) {
  become_standby();
  host.dead_paths = {"/dev/sda"};
  tick(4);
  host.dead_paths.clear();
  host.lun.bytes = host.lun.xfs_bytes *= 2;
  be_elected();
  tick(4);
  EXPECT_EQ(role(), "active") << status()["reason"];
  EXPECT_EQ(mounted(), "/dev/sdb");
}

TEST_F(PathsTest, are_left_for_another_server_at_once) {
  become_active();
  host.connect_peer({.role = "Secondary", .disk = "UpToDate"});
  host.mirror.connection = "Connected";
  tick();
  host.dead_paths = {"/dev/sda"};
  tick(11);
  EXPECT_EQ(status()["reason"], "the LUN does not answer by the path in use, and answers by another one");
  EXPECT_THROW(tick(4), FakeHost::Rebooted);
}

// No other server is ready: after the reboot this one uses the other path.
TEST_F(PathsTest, are_left_for_another_path_where_there_is_no_other_server) {
  become_active();
  host.dead_paths = {"/dev/sda"};
  tick(36);
  EXPECT_EQ(role(), "active");
  EXPECT_THROW(tick(8), FakeHost::Rebooted);
}

TEST_F(PathsTest, do_not_matter_when_the_lun_itself_is_gone) {
  become_active();
  host.dead_paths = {"/dev/sda", "/dev/sdb"};
  tick(100);
  EXPECT_EQ(role(), "active");
}

}  // namespace
}  // namespace pnfs_ha
