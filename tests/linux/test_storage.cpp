// Mounts and disks, on a loop device: the facts of XFS and the block layer that the plan is built on.
#include <xfs/xfs.h>

#include <fstream>

#include "server/shared_lun.h"
#include "xfs_scene.h"

namespace pnfs_ha {
namespace {

TEST(Probe, tells_what_a_disk_carries) {
  const LoopDevice lun;
  LinuxHost host;
  EXPECT_EQ(host.probe(lun.path()).type, "");
  host.must_run({"mkfs.xfs", "-q", "-L", "demo", lun.path().string()});
  EXPECT_EQ(host.probe(lun.path()).type, "xfs");
  EXPECT_EQ(host.probe(lun.path()).label, "demo");
  EXPECT_EQ(error_of([&] { host.probe("/dev/no-such-disk"); }),
            "cannot read /dev/no-such-disk: No such file or directory");
}

TEST_F(XfsTest, is_mounted_and_unmounted) {
  EXPECT_FALSE(host.mounted_at(place));
  mount("rw");
  const auto mounted = host.mounted_at(place);
  ASSERT_TRUE(mounted);
  EXPECT_EQ(mounted->source, lun.path());
  EXPECT_EQ(mounted->target, place);
  EXPECT_EQ(mounted->type, "xfs");
  EXPECT_TRUE(mounted->options.starts_with("rw,")) << mounted->options;
  host.umount(place);
  EXPECT_FALSE(host.mounted_at(place));
  EXPECT_TRUE(error_of([&] { host.umount(place); }).starts_with("cannot unmount " + place.string() + ": "));
}

// /srv may be a link to a larger disk; the kernel tells of a mount without links.
TEST_F(XfsTest, is_found_where_a_link_leads) {
  std::filesystem::create_directory_symlink(".", directory / "srv");
  place = (directory / "srv") / "lun";
  mount("rw");
  EXPECT_TRUE(host.mounted_at(place));
  host.umount(place);
  EXPECT_FALSE(host.mounted_at(place));
  EXPECT_FALSE(host.mounted_at((directory / "nowhere") / "lun"));
}

TEST_F(XfsTest, that_somebody_uses_is_not_unmounted) {
  mount("rw");
  write("file", 0, "text");
  const UniqueFd shell(open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::string why = error_of([&] { host.umount(place); });
  EXPECT_TRUE(why.starts_with("cannot unmount " + place.string() + ": target is busy")) << why;
  EXPECT_TRUE(host.mounted_at(place));
}

TEST_F(XfsTest, what_is_no_file_system_is_not_mounted) {
  EXPECT_NE(error_of([&] {
              host.mount({.source = "/dev/null", .target = place.string(), .type = "xfs", .options = "rw"});
            }),
            "");
  EXPECT_FALSE(host.mounted_at(place));
}

// As a standby sees it: the log is another server's, and nothing may be written.
TEST_F(XfsTest, with_an_open_log_is_only_readable_without_recovery) {
  mount("rw");
  write("file", 0, "text");
  {
    std::uint32_t flags = XFS_FSOP_GOING_FLAGS_LOGFLUSH;
    const UniqueFd top(open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_EQ(ioctl(top.get(), XFS_IOC_GOINGDOWN, &flags), 0);
  }
  host.umount(place);
  host.set_writable(lun.path(), Writable::no);
  EXPECT_NE(error_of([&] { mount("ro"); }), "");
  EXPECT_FALSE(host.mounted_at(place));
  mount("ro,norecovery");
  EXPECT_NE(error_of([&] { mount("remount,rw"); }), "");  // the plan unmounts first
  host.umount(place);
  host.set_writable(lun.path(), Writable::yes);
  mount("rw");
  std::string text;
  std::ifstream(place / "file") >> text;
  EXPECT_EQ(text, "text");
}

// While it is written, and as far as its disk goes.
TEST_F(XfsTest, grows_while_it_is_mounted) {
  mount("rw");
  SharedLun shared(host, lun.path(), place);
  constexpr std::uint64_t mib = 1 << 20;
  EXPECT_EQ(shared.file_system_size(), 400 * mib);
  shared.grow_file_system();
  EXPECT_EQ(shared.file_system_size(), 400 * mib);
  write("file", 0, "text");
  lun.grow(800 * mib);
  shared.grow_file_system();
  EXPECT_EQ(shared.file_system_size(), 800 * mib);
  host.umount(place);
  mount("rw");
  EXPECT_EQ(shared.file_system_size(), 800 * mib);
  EXPECT_TRUE(std::filesystem::exists(place / "file"));
  host.umount(place);
  EXPECT_NE(error_of([&] { shared.grow_file_system(); }), "");
}

// What a takeover by a server meets that has not read the LUN's size again.
TEST_F(XfsTest, that_is_larger_than_its_disk_is_not_mounted) {
  mount("rw");
  lun.grow(800 << 20);
  SharedLun(host, lun.path(), place).grow_file_system();
  host.umount(place);
  lun.grow(400 << 20);
  EXPECT_NE(error_of([&] { mount("rw"); }), "");
  EXPECT_FALSE(host.mounted_at(place));
}

// mount(8) would make do with read-only.
TEST_F(XfsTest, of_a_disk_that_is_not_writable_is_not_mounted_at_all) {
  host.set_writable(lun.path(), Writable::no);
  EXPECT_NE(error_of([&] { mount("rw"); }), "");
  EXPECT_FALSE(host.mounted_at(place));
  host.set_writable(lun.path(), Writable::yes);
  mount("rw");
}

}  // namespace
}  // namespace pnfs_ha
