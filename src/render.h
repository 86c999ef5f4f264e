// The configuration files of the programs around the agent, made from the templates of the overlay.
#pragma once

#include <map>
#include <string>

#include "cluster_config.h"
#include "host.h"

namespace pnfs_ha {

// Replaces every @NAME@. Throws if a name has no value.
std::string render(const std::string& text, const std::map<std::string, std::string>& values);

// Writes nfs.conf, exports, DRBD's resource and keepalived.conf of this server. What is already so is left
// alone.
void write_configuration(Host& host, const ClusterConfig& config);

}  // namespace pnfs_ha
