#include "config/cluster_config.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "base/error.h"
#include "config/cluster_keys.h"
#include "config/section.h"

namespace pnfs_ha {
namespace {

class Reader {
 public:
  Reader(const toml::table& root, std::string file) : root_(root), file_(std::move(file)) {}

  ClusterConfig read() {
    require_version();
    std::string last;
    for (const Key<ClusterConfig>& key : cluster_keys()) {
      if (key.section != last) section(key.section).read(cluster_keys(), config_);
      last = key.section;
    }
    read_servers();
    for (const auto& [key, node] : root_)
      if (std::ranges::find(sections_, key.str()) == sections_.end() && key.str() != "version")
        fail_at(node, fmt::format("unknown section [{}]", key.str()),
                suggestion(std::string(key.str()), sections_));
    return config_;
  }

 private:
  [[noreturn]] void fail_at(const toml::node& node, const std::string& what,
                            const std::string& remedy) const {
    throw UsageError(fmt::format("{}:{}: {}", file_, node.source().begin.line, what), remedy);
  }

  // Before anything else: in a newer file nothing else needs to mean what it means here.
  void require_version() const {
    const toml::node* node = root_.get("version");
    if (node == nullptr) return;
    const auto version = node->value_exact<std::int64_t>();
    if (!version || *version < 1)
      fail_at(*node, "version: must be a whole number, 1 or more", "remove it: an absent version means 1");
    if (*version > ClusterConfig::version)
      fail_at(*node,
              fmt::format("a configuration of version {}; pnfs-ha {} knows versions up to {}", *version,
                          PNFS_HA_VERSION, ClusterConfig::version),
              "upgrade pnfs-ha on this server");
  }

  Section section(const std::string& name) {
    sections_.push_back(name);
    const toml::table* table = root_[name].as_table();
    if (table == nullptr)
      throw UsageError(fmt::format("{}:1: there is no section [{}]", file_, name), "add it");
    return {*table, file_, name};
  }

  void read_servers() {
    sections_.emplace_back("server");
    addresses_ = {config_.vip.address};
    const toml::array* array = root_["server"].as_array();
    if (array == nullptr || array->empty())
      throw UsageError(fmt::format("{}:1: there is no [[server]]", file_), "add one for each server");
    for (const toml::node& node : *array) {
      if (!node.is_table())
        fail_at(node, "'server' is no table", "write each server as a section [[server]]");
      read_server(Section(*node.as_table(), file_, "server"));
    }
  }

  void read_server(const Section& section) {
    ServerConfig server;
    section.read(server_keys(), server);
    if (!names_.insert(server.name).second)
      section.fail("name", "is used twice", "every server needs its own");
    if (!ids_.insert(server.id).second) section.fail("id", "is used twice", "every server needs its own");
    const auto require_free = [&](const std::string& address) {
      if (std::ranges::any_of(addresses_, [&](const auto& used) { return same_address(used, address); }))
        section.fail("address", fmt::format("{} is used twice", address),
                     "every server needs its own, and the VIP too");
    };
    require_free(server.address);
    require_free(server.replication_address);
    for (const std::string& witness : config_.witnesses)
      if (same_address(witness, server.address) || same_address(witness, server.replication_address))
        fail_at(*root_["vip"]["witnesses"].node(), fmt::format("{} is a server of this cluster", witness),
                "a witness says whether the clients can be reached when the other server is dead: name a "
                "switch, a "
                "gateway or the like");
    addresses_.insert(addresses_.end(), {server.address, server.replication_address});
    config_.servers.push_back(server);
  }

  const toml::table& root_;
  std::string file_;
  std::vector<std::string> sections_;
  std::set<std::string> names_;
  std::vector<std::string> addresses_;
  std::set<int> ids_;
  ClusterConfig config_;
};

template <typename Owner>
void write(std::ostream& out, const Key<Owner>& key, const Owner& owner) {
  const Value value = key.field.get(owner);
  if (key.presence == Presence::rare && value == key.field.get(Owner())) return;
  out << key.name << " = " << to_toml(value) << '\n';
}

template <typename Owner>
void compare(const std::vector<Key<Owner>>& keys, const std::string& prefix, const Owner* from,
             const Owner* to, std::vector<Difference>& differences) {
  for (const Key<Owner>& key : keys) {
    const auto value = [&](const Owner* owner) {
      return owner == nullptr ? std::string() : to_toml(key.field.get(*owner));
    };
    if (value(from) != value(to))
      differences.push_back({prefix + (prefix.empty() ? key.section + std::string(".") : "") + key.name,
                             value(from), value(to)});
  }
}

}  // namespace

const ServerConfig* ClusterConfig::find(const std::string& server) const {
  const auto found = std::ranges::find(servers, server, &ServerConfig::name);
  return found == servers.end() ? nullptr : &*found;
}

const ServerConfig& ClusterConfig::self(const Networking& network) const {
  const auto addresses = network.addresses();
  for (const ServerConfig& server : servers)
    for (const InterfaceAddress& own : addresses)
      if (same_address(own.address, server.replication_address)) return server;
  if (const ServerConfig* named = find(network.host_name())) return *named;
  throw UsageError(fmt::format("{}: this server, {}, is not one of the cluster's", path, network.host_name()),
                   "it has none of their replication addresses (`ip address`); or run `pnfs-ha join`");
}

ClusterConfig parse_cluster_config(const std::string& text, const std::string& file) {
  try {
    const toml::table root = toml::parse(text, file);
    return Reader(root, file).read();
  } catch (const toml::parse_error& error) {
    throw UsageError(fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()),
                     "correct the TOML syntax there");
  }
}

std::string to_toml(const ClusterConfig& config) {
  std::ostringstream text;
  text << "# The cluster, as every server of it sees it. See pnfs-ha(8).\n\n";
  text << "version = " << to_toml(Value(std::int64_t{ClusterConfig::version})) << '\n';
  std::string last;
  for (const Key<ClusterConfig>& key : cluster_keys()) {
    if (key.section != last) text << "\n[" << key.section << "]\n";
    last = key.section;
    write(text, key, config);
  }
  for (const ServerConfig& server : config.servers) {
    text << "\n[[server]]\n";
    for (const Key<ServerConfig>& key : server_keys()) write(text, key, server);
  }
  return text.str();
}

std::vector<Difference> differences(const ClusterConfig& from, const ClusterConfig& to) {
  std::vector<Difference> found;
  compare(cluster_keys(), "", &from, &to, found);
  for (const ServerConfig& server : from.servers)
    compare(server_keys(), "server." + server.name + ".", &server, to.find(server.name), found);
  for (const ServerConfig& server : to.servers)
    if (from.find(server.name) == nullptr)
      compare<ServerConfig>(server_keys(), "server." + server.name + ".", nullptr, &server, found);
  return found;
}

ClusterConfig load_cluster_config(const Files& files) {
  const auto text = files.read_file(ClusterConfig::path);
  if (!text)
    throw UsageError(std::string(ClusterConfig::path) + " does not exist: this server is in no cluster",
                     "run `pnfs-ha init` on the first server, `pnfs-ha join` on the others");
  return parse_cluster_config(*text);
}

std::set<int> ClusterConfig::others(const ServerConfig& than) const {
  std::set<int> ids;
  for (const ServerConfig& server : servers)
    if (server.id != than.id) ids.insert(server.id);
  return ids;
}

void save_cluster_config(Files& files, const ClusterConfig& config) {
  const std::string text = to_toml(config);
  // A name may say what its quotation marks say, and then some.
  if (parse_cluster_config(text) != config)
    throw UsageError(std::string(ClusterConfig::path) + " would not be what was meant",
                     "names and addresses are plain words");
  files.write_file(ClusterConfig::path, text);
}

void require_fits_machine(const ClusterConfig& config, const Networking& network) {
  const ServerConfig& self = config.self(network);
  const auto addresses = network.addresses();
  bool vip_fits = false;
  const auto own = [&](const std::string& address) {
    return std::ranges::any_of(addresses, [&](const auto& a) { return same_address(a.address, address); });
  };
  for (const InterfaceAddress& a : addresses)
    if (a.interface == config.interface && Network{a.address, a.prefix}.contains(config.vip.address))
      vip_fits = true;
  if (std::ranges::find(addresses, config.interface, &InterfaceAddress::interface) == addresses.end())
    throw UsageError("interface " + config.interface + " does not exist or has no address",
                     "`ip address` lists the interfaces");
  if (!vip_fits)
    throw UsageError("the VIP " + config.vip.text() + " is in no network of " + config.interface,
                     "choose a free address in the network of that interface, or another interface");
  for (const std::string& address : {self.address, self.replication_address})
    if (!own(address))
      throw UsageError(address + " is not an address of this server", "`ip address` lists its addresses");
  const bool on_interface = std::ranges::any_of(addresses, [&](const InterfaceAddress& a) {
    return a.interface == config.interface && same_address(a.address, self.address) &&
           is_ipv6(a.address) == is_ipv6(config.vip.address);
  });
  if (config.advertise == Advertise::unicast && !on_interface)
    throw UsageError("the servers' addresses are to carry VRRP, and " + self.address + " is not one of " +
                         config.interface + " like the VIP",
                     "use the servers' addresses in the clients' network, or vip.advertise = \"multicast\"");
}

}  // namespace pnfs_ha
