// How large the LUN is, path by path, and its file system.
#include "scene.h"
#include "server/lun_size.h"

namespace pnfs_ha {
namespace {

TEST(LunSize, is_what_the_kernel_knew_until_it_asks_again) {
  FakeHost host;
  host.lun.bytes = 8ULL << 30;
  EXPECT_EQ(known_sizes(host, lun_device).at(0), (PathSize{"sda", 4ULL << 30, ""}));
  EXPECT_EQ(host.changes, Lines{});
  EXPECT_EQ(rescan_paths(host, lun_device).at(0), (PathSize{"sda", 8ULL << 30, ""}));
}

TEST(LunSize, says_why_a_path_was_not_asked) {
  FakeHost host;
  host.fail("device/rescan");
  EXPECT_NE(rescan_paths(host, lun_device).at(0).trouble, "");
  host.heal();
  host.files.erase("/sys/block/sda/size");
  EXPECT_EQ(known_sizes(host, lun_device).at(0).trouble, "the kernel tells no size");
  host.unplug_lun();
  EXPECT_TRUE(rescan_paths(host, lun_device).empty());
}

TEST(LunSize, is_written_for_people_and_for_programs) {
  EXPECT_EQ(size_text(4294967296), "4.0 GiB (4294967296 bytes)");
  EXPECT_EQ(size_text(3ULL << 40), "3.0 TiB (3298534883328 bytes)");
  EXPECT_EQ(size_text(512), "0.5 KiB (512 bytes)");
  const PathSize path{"sda", 3ULL << 40, "it is offline"};
  EXPECT_EQ(path_size_from_json(to_json(path)), path);
}

// xfs_growfs -n of xfsprogs 6.1.
TEST(XfsSize, is_that_of_the_data_section) {
  const std::string geometry =
      "meta-data=/dev/loop2             isize=512    agcount=4, agsize=25600 blks\n"
      "         =                       sectsz=512   attr=2, projid32bit=1\n"
      "         =                       crc=1        finobt=1, sparse=1, rmapbt=0\n"
      "         =                       reflink=0    bigtime=1 inobtcount=1 nrext64=0\n"
      "data     =                       bsize=4096   blocks=102400, imaxpct=25\n"
      "         =                       sunit=0      swidth=0 blks\n"
      "naming   =version 2              bsize=4096   ascii-ci=0, ftype=1\n"
      "log      =internal log           bsize=4096   blocks=16384, version=2\n"
      "         =                       sectsz=512   sunit=0 blks, lazy-count=1\n"
      "realtime =none                   extsz=4096   blocks=0, rtextents=0\n";
  EXPECT_EQ(parse_xfs_size(geometry), 102400ULL * 4096);
  EXPECT_EQ(parse_xfs_size(""), std::nullopt);
  EXPECT_EQ(parse_xfs_size("\ndata     =  bsize=4096   blocks=99999999999999999999999"), std::nullopt);
}

}  // namespace
}  // namespace pnfs_ha
