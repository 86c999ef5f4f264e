// The paths to the LUN: this server's SCSI disks that are the same logical unit. With several of them one is in
// use: XFS is mounted on it, and this server's serving key is registered through it. /dev/disk/by-id names any of
// them, after an event another one: udev gives a link to whose event came last.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/host.h"

namespace pnfs_ha {

Path sysfs_of(const Path& node);                          // "/sys/block/sda"
std::string wwid_of(const Host& host, const Path& node);  // "naa.6001405…"; empty: it tells none

// What wwid_of() says of the logical unit that has this name below /dev/disk/by-id: "naa.6001405…".
// Empty for any name but "wwn-0x…".
std::string wwid_of_name(const Path& device);

// Device nodes, the one that is mounted first; then those that work (the SCSI device "running", and what its target
// calls optimized, SPC-4 5.11.2), last those that something else has taken. device: a name below /dev/disk/by-id.
std::vector<Path> lun_paths(const Host& host, const Path& device);

class LunPaths {
 public:
  // device: a name below /dev/disk/by-id.
  LunPaths(const Host& host, Path device);

  // The one that is mounted, or the one that was chosen when the LUN was last needed, as long as it is there: what is
  // registered by one path is not mounted by another. nullopt: there is none.
  std::optional<Path> in_use() const;
  std::vector<Path> others() const;  // than the one in use, which work
  // From now on, unless one is mounted: the first that works. answers: whether the LUN answers by that path; the kernel
  // takes some time to see that one is dead.
  void choose_anew(const std::function<bool(const Path&)>& answers);

  const Path& device() const { return device_; }

 private:
  const Host& host_;
  Path device_;
  mutable std::optional<Path> chosen_;
};

// Whether commands may be sent through it, as far as the kernel knows.
bool is_running(const Host& host, const Path& node);

// Throws Error if device-mapper has taken this path: dm-multipath or LVM.
void require_untaken(const Host& host, const Path& node);

}  // namespace pnfs_ha
