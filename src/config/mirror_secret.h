// What the servers' DRBDs know each other by (drbd.conf(5), shared-secret): whoever else connects gets no client
// records and is nobody's standby. A file of its own, for root only; cluster.toml is shown to people.
#pragma once

#include <string>

#include "host/files.h"

namespace pnfs_ha {

class MirrorSecret {
 public:
  static constexpr const char* path = "/etc/pnfs-ha/mirror-secret";
  static constexpr std::size_t bytes = 24;  // twice as many hexadecimal digits; DRBD takes 63

  // Empty for a cluster that was founded without one.
  static std::string read(const Files& files);
  // Throws Error for what is no secret of ours. An empty one is no file.
  static void save(Files& files, const std::string& secret);
};

}  // namespace pnfs_ha
