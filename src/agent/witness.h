// Witnesses: addresses that tell a server whose own network is dead from one whose peer is. A server that
// none of them answers never takes over.
#pragma once

#include <string>
#include <vector>

#include "config/cluster_config.h"
#include "host/host.h"

namespace pnfs_ha {

// The configured ones; otherwise the default gateways of the VIP's interface (IPv4, IPv6), if there are any.
std::vector<std::string> witnesses_of(const Host& host, const ClusterConfig& config);

// Sends each an ICMP echo request, one after the other, until one answers, and once more if none does: a lost
// packet, or half a second in which this machine stood still, must not make an active yield. Waits a second
// in all: systemd gives an active's agent no more than three. True if there is nobody to ask.
bool any_answers(Host& host, const std::vector<std::string>& witnesses);

}  // namespace pnfs_ha
