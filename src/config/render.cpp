#include "config/render.h"

#include <spdlog/fmt/fmt.h>

#include <regex>

#include "base/error.h"
#include "config/mirror_secret.h"

namespace pnfs_ha {
namespace {

const Path templates = "/usr/share/pnfs-ha";

// Of each server. (256 - priority) / 256 of an advert's interval is waited for beside three of them, at each election (RFC 9568
// 6.1, Skew_Time): 0.2 s, where 100 costs 0.6 s. Not less: the one that serves (254) waits 8 ms when somebody has removed its
// VIP, and has to be there first; with 250, and 23 ms, the standby was (matrix networkd-restart). There is room for servers
// to come.
constexpr int election_priority = 200;

struct Destination {
  Path path;
  int mode = 0644;
};

const std::map<std::string, Destination> destinations = {
    {"nfs.conf.in", {"/etc/nfs.conf.d/pnfs-ha.conf"}},
    {"exports.in", {"/etc/exports.d/pnfs-ha.exports"}},
    {"drbd.res.in", {"/etc/drbd.d/pnfs-ha.res", 0600}},
    {"keepalived.conf.in", {"/etc/pnfs-ha/keepalived.conf"}},
    {"needrestart.conf.in", {"/etc/needrestart/conf.d/pnfs-ha.conf"}},
};

std::map<std::string, std::string> values_of(const Host& host, const ClusterConfig& config,
                                             const ServerConfig& self) {
  std::string servers, exports;
  for (const ServerConfig& server : config.servers) {
    const bool v6 = is_ipv6(server.replication_address);
    servers += fmt::format("  floating {} {}:7789 {{}}\n", v6 ? "ipv6" : "ipv4",
                           v6 ? "[" + server.replication_address + "]" : server.replication_address);
  }
  // DRBD insists on a peer. Nothing listens there, and no interface lists it: drbdadm would take it for its own.
  if (config.alone()) servers += "  floating ipv4 127.0.0.2:7788 {}\n";
  // mountpoint: never export a directory of the root below an unmounted LUN. sync: acknowledged means durable.
  // insecure: clients behind NAT and those that mount with noresvport come from ports above 1023, and a client
  // that may write to the LUN's blocks is not made a better one by its port.
  for (const std::string& network : config.allow)
    exports += fmt::format(
        "{} {}(rw,sync,pnfs,fsid=0,mountpoint={},no_subtree_check,{}root_squash,insecure,sec=sys)\n",
        config.export_root().string(), network, config.mount_point, config.root_squash ? "" : "no_");
  std::string peers;
  if (config.advertise == Advertise::unicast) {
    peers = fmt::format("  unicast_src_ip {}\n  unicast_peer {{\n", self.address);
    // A first peer would make a new instance of it, which gives up the VIP (keepalived's vrrp_exist()). What is sent
    // to the VIP goes nowhere: it is this server's own, and the instance hears unicast_src_ip only.
    if (config.alone()) peers += fmt::format("    {}\n", config.vip.address);
    for (const ServerConfig& server : config.servers)
      if (server.name != self.name) peers += fmt::format("    {}\n", server.address);
    peers += "  }\n";
  }
  const std::string secret = MirrorSecret::read(host);
  return {
      {"CLUSTER", config.name},
      {"SERVER", self.name},
      {"LEASE", std::to_string(config.lease_seconds)},
      {"THREADS", std::to_string(config.threads)},
      {"EXPORTS", exports},
      {"SERVERS", servers},
      {"SECRET",
       secret.empty() ? "" : fmt::format("    cram-hmac-alg sha256;\n    shared-secret \"{}\";\n", secret)},
      {"INTERFACE", config.interface},
      {"ROUTER_ID", std::to_string(config.router_id)},
      {"PEERS", peers},
      {"PRIORITY", std::to_string(election_priority)},
      {"VIP", config.vip.text()},
  };
}

}  // namespace

std::string render(const std::string& text, const std::map<std::string, std::string>& values) {
  const std::regex placeholder("@([A-Z_]+)@");
  std::string result;
  auto rest = text.cbegin();
  for (std::sregex_iterator match(text.begin(), text.end(), placeholder), end; match != end; ++match) {
    const auto value = values.find((*match)[1]);
    if (value == values.end())
      throw Error("a template asks for @" + (*match)[1].str() + "@, which has no value");
    result.append(rest, (*match)[0].first);
    result += value->second;
    rest = (*match)[0].second;
  }
  return result.append(rest, text.cend());
}

Changed write_configuration(Host& host, const ClusterConfig& config, const ServerConfig& self) {
  Changed changed = Changed::nothing_of_keepalived;
  const auto values = values_of(host, config, self);
  for (const auto& [name, destination] : destinations) {
    const auto text = host.read_file(templates / name);
    if (!text) throw Error((templates / name).string() + " is missing", "install pnfs-ha again");
    const std::string wanted = render(*text, values);
    if (host.read_file(destination.path) == wanted) continue;
    host.write_file(destination.path, wanted, destination.mode);
    if (name == "keepalived.conf.in") changed = Changed::keepalived;
  }
  return changed;
}

void keepalived_has_not_read(Host& host) {
  const Path& file = destinations.at("keepalived.conf.in").path;
  host.write_file(file, host.read_file(file).value_or("") + "# Not yet read by keepalived.\n");
}

}  // namespace pnfs_ha
