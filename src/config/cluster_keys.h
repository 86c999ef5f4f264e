// Every key of cluster.toml, once. The file's reader and writer, the options of `pnfs-ha init`, the
// differences of two configurations, the manual's section CONFIGURATION and the shell's completion are made
// of this table.
#pragma once

#include "config/cluster_config.h"
#include "config/key.h"

namespace pnfs_ha {

// In the order of the file. A section's keys stand together.
const std::vector<Key<ClusterConfig>>& cluster_keys();
const std::vector<Key<ServerConfig>>& server_keys();  // of each [[server]]

}  // namespace pnfs_ha
