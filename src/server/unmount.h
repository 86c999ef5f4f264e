// Unmounting what a server must leave, whoever stands in the way.
#pragma once

#include <optional>
#include <string>

#include "host/host.h"

namespace pnfs_ha {

struct FileSystem {
  Path mount_point;
  std::string type;            // "xfs"
  std::optional<Path> device;  // "/dev/sda"; nullopt: it is not there any more
};

// Unmounts it wherever it is mounted, and ends whoever keeps it from that, by name in the log. Afterwards the
// kernel has forgotten it (/sys/fs/TYPE/DEVICE): as long as it has not, XFS cannot be mounted with other
// options, nor a mirror be demoted. Unmounting lazily would not do: it hides what is still there.
void unmount(Host& host, const FileSystem& file_system);

}  // namespace pnfs_ha
