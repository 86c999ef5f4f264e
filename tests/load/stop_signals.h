// What tells a run to end: SIGTERM, SIGINT, and SIGHUP unless it is ignored.
#pragma once

#include <csignal>

namespace pnfs_load {

// To be blocked before the first thread starts, so that only who waits for them gets them.
sigset_t stop_signals();

}  // namespace pnfs_load
