// The event loop around the agent: a timer, keepalived's FIFO, the control socket, the servers' TCP port, systemd.
#pragma once

#include "config/cluster_config.h"
#include "host/host.h"

namespace pnfs_ha {

// Returns when systemd (or somebody) has stopped it with SIGTERM.
void run_agent_service(Host& host, const ClusterConfig& config);

}  // namespace pnfs_ha
