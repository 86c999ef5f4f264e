// Witnesses: addresses that tell a server whose own network is dead from one whose peer is. A server that
// none of them answers never takes over.
#pragma once

#include <string>
#include <vector>

#include "cluster_config.h"
#include "host.h"

namespace pnfs_ha {

// The configured ones; otherwise the default gateway of the VIP's interface, if there is one.
std::vector<std::string> witnesses_of(const Host& host, const ClusterConfig& config);

// Sends one ICMP echo request and waits up to a second.
bool answers(Host& host, const std::string& address);

}  // namespace pnfs_ha
