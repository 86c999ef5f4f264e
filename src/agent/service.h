// The event loop around the agent: a timer, keepalived's FIFO, the control socket, the servers' TCP port,
// systemd.
#pragma once

#include "config/cluster_config.h"
#include "host/host.h"

namespace pnfs_ha {

// Returns the exit code when systemd (or somebody) stops it with SIGTERM.
int run_agent_service(Host& host, const ClusterConfig& config);

}  // namespace pnfs_ha
