// Files of an XFS that are known by their inode only.
#include <sys/file.h>

#include "xfs_scene.h"

namespace pnfs_ha {
namespace {

constexpr std::size_t block = 4096;

class InodesTest : public XfsTest {
 protected:
  InodesTest() { mount("rw"); }

  // Allocated, and one block in the middle written.
  std::uint64_t partly_written(const std::string& name) {
    {
      const UniqueFd file(open((place / name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
      EXPECT_EQ(posix_fallocate(file.get(), 0, 16 * block), 0);
    }
    write(name, 4 * block, std::string(block, 'x'));
    return inode_of(name);
  }
  bool has_unwritten(std::uint64_t inode) const {
    const auto ranges = host.unwritten_ranges(place, inode);
    return ranges && !ranges->empty();
  }
};

TEST_F(InodesTest, have_names) {
  host.create_directory(place / "of", 0755);
  write("of/somebody", 0, "text");
  const std::uint64_t inode = inode_of("of/somebody");
  // The kernel knows no name of a file that nobody has looked up since the mount; this one has been.
  EXPECT_EQ(host.path_of_inode(place, inode), "of/somebody");
  host.remove_file(place / "of/somebody");
  EXPECT_EQ(host.path_of_inode(place, inode), "");
  EXPECT_EQ(host.path_of_inode(place, 1), "");
}

TEST_F(InodesTest, tell_what_is_unwritten) {
  const std::uint64_t inode = partly_written("file");
  EXPECT_EQ(host.unwritten_ranges(place, inode),
            (std::vector<ByteRange>{{0, 4 * block}, {5 * block, 16 * block}}));
  write("whole", 0, std::string(block, 'x'));
  EXPECT_EQ(host.unwritten_ranges(place, inode_of("whole")), std::vector<ByteRange>{});
  host.remove_file(place / "file");
  EXPECT_EQ(host.unwritten_ranges(place, inode), std::nullopt);
}

TEST_F(InodesTest, have_their_layouts_recalled_and_nothing_else_happens_to_them) {
  const std::uint64_t partly = partly_written("partly");
  write("whole", 0, std::string(block, 'x'));
  write("ragged", 0, "text");
  const std::set<std::uint64_t> all{partly, inode_of("whole"), inode_of("ragged"), 1};
  EXPECT_EQ(host.recall_layouts(place, all, std::chrono::minutes(1)),
            (std::set<std::uint64_t>{partly, inode_of("ragged")}));
  EXPECT_EQ(host.unwritten_ranges(place, partly),
            (std::vector<ByteRange>{{0, 4 * block}, {5 * block, 16 * block}}));
  EXPECT_EQ(std::filesystem::file_size(place / "partly"), 16 * block);
}

// A client's delegation for writing is a lease: whoever opens the file waits until it is returned.
TEST_F(InodesTest, that_a_client_keeps_hold_nobody_up) {
  const std::uint64_t kept = partly_written("kept");
  write("whole", 0, std::string(block, 'x'));
  UniqueFd holder(open((place / "kept").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(fcntl(holder.get(), F_SETSIG, SIGURG), 0);  // its default action is none
  ASSERT_EQ(fcntl(holder.get(), F_SETLEASE, F_WRLCK), 0);
  EXPECT_EQ(host.unwritten_ranges(place, kept), std::nullopt);
  EXPECT_EQ(host.recall_layouts(place, {kept, inode_of("whole")}, std::chrono::seconds(2)),
            std::set<std::uint64_t>{kept});
  ASSERT_EQ(fcntl(holder.get(), F_SETLEASE, F_UNLCK), 0);
  EXPECT_TRUE(has_unwritten(kept));
}

}  // namespace
}  // namespace pnfs_ha
