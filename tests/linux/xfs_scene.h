#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "error_of.h"
#include "loop_device.h"

namespace pnfs_ha {

// A LUN with an XFS, mounted where the test says.
class XfsTest : public testing::Test {
 protected:
  XfsTest() : place(directory / "lun") {
    host.create_directory(place, 0755);
    host.must_run({"mkfs.xfs", "-q", "-L", "demo", lun.path().string()});
  }
  ~XfsTest() override {
    host.set_writable(lun.path(), Writable::yes);
    // A thread of recall_layouts() may have it open for a moment longer than its caller waited.
    if (host.mounted_at(place)) {
      EXPECT_TRUE(host.wait_until([&] { return error_of([&] { host.umount(place); }).empty(); },
                                  std::chrono::minutes(1)));
    }
  }

  void mount(const std::string& options) {
    host.mount({.source = lun.path().string(), .target = place.string(), .type = "xfs", .options = options});
  }

  // Written, synced, and closed.
  void write(const std::string& name, std::size_t offset, const std::string& text) const {
    const UniqueFd file(open((place / name).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    ASSERT_EQ(pwrite(file.get(), text.data(), text.size(), static_cast<off_t>(offset)),
              static_cast<ssize_t>(text.size()));
    ASSERT_EQ(fsync(file.get()), 0);
  }
  std::uint64_t inode_of(const std::string& name) const {
    struct stat about = {};
    EXPECT_EQ(stat((place / name).c_str(), &about), 0);
    return about.st_ino;
  }

  LoopDevice lun;
  TemporaryDirectory directory;
  Path place;
  LinuxHost host;
};

}  // namespace pnfs_ha
