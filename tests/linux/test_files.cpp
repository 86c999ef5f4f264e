// What the real machine answers where there is nothing to read, and where reading fails.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

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

TEST_F(LinuxFilesTest, a_link_in_the_way_of_a_draft_is_not_followed) {
  std::filesystem::create_symlink(directory / "a", directory / "b.new");
  host.write_file(directory / "b", "new\n", 0600);
  EXPECT_EQ(host.read_file(directory / "b"), "new\n");
  EXPECT_EQ(host.read_file(directory / "a"), "");
  EXPECT_EQ(std::filesystem::status(directory / "b").permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(host.list(directory.path()), (Names{"a", "b", "loop"}));
}

TEST_F(LinuxFilesTest, a_directory_is_made_with_those_above_it_and_once) {
  for (int i = 0; i < 2; ++i) host.create_directory(directory / "c/d", 0700);
  EXPECT_EQ(std::filesystem::status(directory / "c/d").permissions(), std::filesystem::perms(0700));
  EXPECT_EQ(error_of([&] { host.create_directory(directory / "b", 0700); }),
            "cannot create " + (directory / "b").string() + ": File exists");
}

// Also where the kernel logs without times (printk.time=0).
TEST(KernelLog, tells_equal_messages_apart) {
  const std::string message = "pnfs-ha: a message of its tests, " + std::to_string(getpid());
  for (int i = 0; i < 2; ++i) std::ofstream("/dev/kmsg") << message << std::endl;
  std::istringstream lines(LinuxHost().kernel_log());
  std::set<std::string> found;
  for (std::string line; std::getline(lines, line);)
    if (line.ends_with(";" + message)) found.insert(line);
  EXPECT_EQ(found.size(), 2U);
}

}  // namespace
}  // namespace pnfs_ha
