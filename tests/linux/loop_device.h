#pragma once

#include <fstream>

#include "linux/linux_host.h"
#include "temporary.h"

namespace pnfs_ha {

// A blank disk on a sparse file.
class LoopDevice {
 public:
  LoopDevice() {
    std::ofstream(directory_ / "disk").close();
    std::filesystem::resize_file(directory_ / "disk", 400 << 20);  // XFS wants 300 MiB
    const std::string name = host_.must_run({"losetup", "--find", "--show", (directory_ / "disk").string()});
    path_ = name.substr(0, name.find('\n'));
  }
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;
  ~LoopDevice() { host_.run({"losetup", "--detach", path_.string()}); }

  const Path& path() const { return path_; }

  // Or shrink.
  void grow(std::uintmax_t bytes) {
    std::filesystem::resize_file(directory_ / "disk", bytes);
    host_.must_run({"losetup", "--set-capacity", path_.string()});
  }

 private:
  LinuxHost host_;
  TemporaryDirectory directory_;
  Path path_;
};

}  // namespace pnfs_ha
