// Before a planned stop: what clients wrote directly is committed while there is still somebody to commit it
// to.
#pragma once

#include "nfs_server.h"

namespace pnfs_ha {

struct Drained {
  std::size_t files = 0;      // that were written directly
  std::vector<FileUse> left;  // not returned, or written again meanwhile
  Host::Duration took{0};
};

// Recalls every layout through which somebody may have written (RFC 8881 20.3: the client commits, then
// returns it), again if need be, but no longer than drain_limit. Clients go on working: who wants a layout
// again gets one.
Drained drain_layouts(Host& host, const NfsServer& nfs, const Path& mount_point);

constexpr std::chrono::seconds drain_limit(10);
constexpr int drain_rounds = 3;

}  // namespace pnfs_ha
