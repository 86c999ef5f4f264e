// The configuration files of the programs around the agent, made from the templates of the overlay.
#pragma once

#include <map>
#include <string>

#include "config/cluster_config.h"
#include "host/host.h"

namespace pnfs_ha {

// Replaces every @NAME@. Throws if a name has no value.
std::string render(const std::string& text, const std::map<std::string, std::string>& values);

// Writes nfs.conf, exports, DRBD's resource, keepalived.conf and needrestart's conf of this server, and tells whether
// keepalived.conf changed. What is already so is left alone.
enum class Changed { keepalived, nothing_of_keepalived };
Changed write_configuration(Host& host, const ClusterConfig& config, const ServerConfig& self);

// keepalived could not be told to read it: the next write_configuration() finds it changed.
void keepalived_has_not_read(Host& host);

}  // namespace pnfs_ha
