// How a second server comes in: the first one's side of `pnfs-ha join`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "config/cluster_config.h"
#include "host/host.h"

namespace pnfs_ha {

// A token that lets one server join within an hour. Kept in /etc/pnfs-ha/join-token, readable by root only. It
// crosses the network in clear text: the servers' network must be trusted while a server joins.
std::string issue_join_token(Host& host);

// "pnfs-ha join 10.0.0.11 --token …"
std::string join_command(const ClusterConfig& config, const Networking& network, const std::string& token);

// Throws Error unless the token is the one issued and not older than an hour, and has let in nobody but this server,
// if one is named: whoever lost the answer comes again.
void require_join_token(const Host& host, const std::string& token, const std::string& server = {});

void use_up_join_token(Host& host, const std::string& server);

// The configuration with one more server. The same server again: with its addresses brought up to date.
ClusterConfig with_server(ClusterConfig config, ServerConfig server);

// The local address in the same network as `peer`, on that interface if one is named; empty if there is none. Of several the
// first: behind it the kernel lists the secondary ones, such as the VIP of another keepalived, which comes and goes.
std::string address_towards(const Networking& network, const std::string& peer,
                            const std::string& interface = {});

nlohmann::json to_json(const ServerConfig& server);
ServerConfig server_from_json(const nlohmann::json& server);

}  // namespace pnfs_ha
