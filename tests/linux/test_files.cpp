// What the real machine answers where there is nothing to read, and where reading fails.
#include <gtest/gtest.h>

#include <fstream>

#include "error_of.h"
#include "linux/linux_host.h"
#include "temporary.h"

namespace pnfs_ha {
namespace {

using Names = std::vector<std::string>;

class LinuxFilesTest : public testing::Test {
 protected:
  LinuxFilesTest() {
    std::ofstream(directory / "b") << "text\n";
    std::ofstream(directory / "a").close();
    std::filesystem::create_symlink("loop", directory / "loop");
  }

  TemporaryDirectory directory;
  LinuxHost host;
};

TEST_F(LinuxFilesTest, a_directory_is_listed_in_order) {
  EXPECT_EQ(host.list(directory.path()), (Names{"a", "b", "loop"}));
}

TEST_F(LinuxFilesTest, what_is_absent_is_empty) {
  EXPECT_EQ(host.list(directory / "c"), Names{});
  EXPECT_EQ(host.list(directory / "b"), Names{});  // no directory
  EXPECT_EQ(host.read_file(directory / "c"), std::nullopt);
  EXPECT_EQ(host.read_file(directory / "b" / "c"), std::nullopt);
}

TEST_F(LinuxFilesTest, what_cannot_be_listed_is_an_error_and_not_empty) {
  EXPECT_EQ(error_of([&] { std::ignore = host.list(directory / "loop"); }),
            "cannot list " + (directory / "loop").string() + ": Too many levels of symbolic links");
}

TEST_F(LinuxFilesTest, what_cannot_be_read_is_an_error_and_not_empty) {
  EXPECT_EQ(host.read_file(directory / "b"), "text\n");
  EXPECT_EQ(host.read_file(directory / "a"), "");
  EXPECT_EQ(error_of([&] { std::ignore = host.read_file(directory.path()); }),
            "cannot read " + directory.path().string() + ": Is a directory");
  EXPECT_EQ(error_of([&] { std::ignore = host.read_file("/proc/self/mem"); }),
            "cannot read /proc/self/mem: Input/output error");
}

}  // namespace
}  // namespace pnfs_ha
