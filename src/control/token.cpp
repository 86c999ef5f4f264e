#include "control/token.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "base/json.h"

namespace pnfs_ha {
namespace {

constexpr const char* token_file = "/etc/pnfs-ha/join-token";
constexpr std::int64_t token_lifetime = 3600;  // seconds
constexpr std::size_t most_servers = 2;

// "TOKEN SECOND", and the name of who has used it.
struct Issued {
  std::string token;
  std::int64_t until = 0;
  std::string used_by;
};

Issued issued(const Host& host) {
  std::istringstream file(host.read_file(token_file).value_or(""));
  Issued found;
  file >> found.token >> found.until >> found.used_by;
  return found;
}

void write_down(Host& host, const Issued& issued) {
  const std::string name = issued.used_by.empty() ? "" : " " + issued.used_by;
  host.write_file(token_file, fmt::format("{} {}{}\n", issued.token, issued.until, name), 0600);
}

}  // namespace

std::string issue_join_token(Host& host) {
  std::string token = host.random_hex(16);
  write_down(host, {.token = token, .until = host.wall_clock() + token_lifetime, .used_by = {}});
  return token;
}

std::string join_command(const ClusterConfig& config, const Networking& network, const std::string& token) {
  return fmt::format("pnfs-ha join {} --token {}", config.self(network).address, token);
}

void require_join_token(const Host& host, const std::string& token, const std::string& server) {
  const Issued wanted = issued(host);
  const bool used = !server.empty() && !wanted.used_by.empty() && wanted.used_by != server;
  if (wanted.token.empty() || wanted.token != token || host.wall_clock() > wanted.until || used)
    throw Error("the token is wrong, used up or older than an hour",
                "make a new one on the first server: pnfs-ha token");
}

void use_up_join_token(Host& host, const std::string& server) {
  Issued now = issued(host);
  now.used_by = server;
  write_down(host, now);
}

ClusterConfig with_server(ClusterConfig config, ServerConfig server) {
  int highest = 0;
  for (ServerConfig& known : config.servers) {
    highest = std::max(highest, known.id);
    if (known.name != server.name) continue;
    server.id = known.id;
    known = server;
    return config;
  }
  if (config.servers.size() >= most_servers)
    throw Error(fmt::format("the cluster has {} servers already, and {} is not one of them", most_servers,
                            server.name),
                "this version builds clusters of two servers");
  server.id = highest + 1;
  config.servers.push_back(server);
  return config;
}

std::string address_towards(const Networking& network, const std::string& peer,
                            const std::string& interface) {
  for (const InterfaceAddress& a : network.addresses())
    if ((interface.empty() || a.interface == interface) && Network{a.address, a.prefix}.contains(peer))
      return a.address;
  return {};
}

nlohmann::json to_json(const ServerConfig& server) {
  return {{"name", server.name},
          {"address", server.address},
          {"replication_address", server.replication_address}};
}

ServerConfig server_from_json(const nlohmann::json& server) {
  const auto required = [&](const char* key) {
    std::string text = value_of(server, key, "");
    if (text.empty()) throw Error(std::string("the new server did not tell its ") + key);
    return text;
  };
  return {.name = required("name"),
          .id = 0,
          .address = required("address"),
          .replication_address = required("replication_address")};
}

}  // namespace pnfs_ha
