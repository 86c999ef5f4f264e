// Before a planned stop: what clients wrote directly is committed while there is still somebody to commit it to.
#pragma once

#include "server/nfs_server.h"

namespace pnfs_ha {

struct Drained {
  std::size_t files = 0;      // in which something may have been uncommitted
  std::vector<FileUse> left;  // not returned, written again meanwhile, or of a client that lost its lease
  Host::Duration took{0};
  bool idle = true;  // no thread of nfsd waits for a client
};

// Recalls every layout through which somebody may have written what is not committed (RFC 8881 20.3: the
// client commits, then returns it), again if need be, but no longer than drain_limit. Clients go on working:
// who wants a layout again gets one. Who is without when the server stops gets none before the next server is
// there; so files with nothing to commit keep theirs, and direct I/O to them does not stall.
//
// A client that does not answer is waited for only while it can still reclaim its state from the next server:
// what it has not committed would be lost with its lease (RFC 8881 8.4.3).
Drained drain_layouts(Host& host, const NfsServer& nfs, const Path& mount_point, std::chrono::seconds lease);

constexpr std::chrono::seconds drain_limit(10);
constexpr int drain_rounds = 3;
// nfsd may forget a client whose lease is over, and then it cannot reclaim; and the stop takes its time.
constexpr std::chrono::seconds drain_margin(4);

// How long a request that waited for a client before nfsd was quiesced is waited for. Who goes on then does
// so on the strength of call_limits.h: a stop that does not end is a reboot.
constexpr std::chrono::seconds idle_limit(10);

// A drain and the release after it, or the growth of the LUN's XFS, together (call_limits::program for xfs_growfs). An nfsd that
// is quiesced for longer was left so by somebody who was killed on the way: clients would wait for ever.
constexpr std::chrono::seconds quiesce_limit(90);

}  // namespace pnfs_ha
