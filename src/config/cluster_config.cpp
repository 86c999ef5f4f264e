#include "config/cluster_config.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "base/error.h"
#include "config/config_table.h"

namespace pnfs_ha {
namespace {

class Reader {
 public:
  Reader(const toml::table& root, std::string file) : root_(root), file_(std::move(file)) {}

  ClusterConfig read() {
    read_cluster();
    read_lun();
    read_vip();
    read_state();
    read_nfs();
    read_servers();
    for (const auto& [key, node] : root_)
      if (!sections_.contains(std::string(key.str())))
        throw UsageError(
            fmt::format("{}:{}: unknown section [{}]", file_, node.source().begin.line, key.str()),
            fmt::format("known are: {}", fmt::join(sections_, ", ")));
    return config_;
  }

 private:
  ConfigTable section(const std::string& name) {
    sections_.insert(name);
    const toml::table* table = root_[name].as_table();
    if (table == nullptr)
      throw UsageError(fmt::format("{}:1: there is no section [{}]", file_, name), "add it");
    return {*table, file_, name};
  }

  void read_cluster() {
    ConfigTable t = section("cluster");
    config_.name = t.word("name", "", "-");
    config_.port = t.number("port", config_.port, 1, 65535);
    t.refuse_unknown();
  }

  void read_lun() {
    ConfigTable t = section("lun");
    config_.lun = t.word("device", "", "/-.:_");
    if (!config_.lun.starts_with("/dev/disk/by-id/wwn-0x"))
      t.fail("device", "must be a stable name, /dev/disk/by-id/wwn-0x…",
             "`ls -l /dev/disk/by-id` lists them");
    config_.mount_point = t.word("mount_point", config_.mount_point, "/-_.");
    if (!config_.mount_point.starts_with('/') || config_.mount_point.size() < 2)
      t.fail("mount_point", "must be an absolute path below /", "write it like /srv/pnfs-ha");
    const auto mount = t.optional<std::string>("standby_mount", to_string(config_.standby_mount));
    if (mount != "ro" && mount != "none") t.fail("standby_mount", R"(must be "ro" or "none")", "change it");
    config_.standby_mount = mount == "ro" ? Access::read_only : Access::none;
    t.refuse_unknown();
  }

  void read_vip() {
    ConfigTable t = section("vip");
    const auto address = t.required<std::string>("address");
    config_.vip = t.checked("address", [&] { return parse_network(address); });
    config_.interface = t.word("interface", "", "-_.");
    config_.router_id = t.number("router_id", config_.router_id, 1, 255);
    const auto advertise = t.optional<std::string>("advertise", "multicast");
    if (advertise != "multicast" && advertise != "unicast")
      t.fail("advertise", R"(must be "multicast" or "unicast")", "change it");
    config_.advertise = advertise == "unicast" ? Advertise::unicast : Advertise::multicast;
    config_.witnesses = t.strings("witnesses");
    for (const std::string& witness : config_.witnesses)
      t.checked("witnesses", [&] { require_address(witness); });
    t.refuse_unknown();
  }

  void read_state() {
    ConfigTable t = section("state");
    // DRBD and ext4 need a few MiB of their own; a gigabyte of client records is beyond any cluster.
    config_.ramdisk_size = static_cast<std::uint64_t>(t.number("ramdisk_mib", 128, 16, 4096)) << 20;
    t.refuse_unknown();
  }

  void read_nfs() {
    ConfigTable t = section("nfs");
    config_.allow = t.strings("allow");
    for (const std::string& network : config_.allow)
      if (network != "*") t.checked("allow", [&] { return parse_network(network); });
    if (config_.allow.empty()) t.fail("allow", "nobody may mount", "list the clients' networks");
    config_.lease_seconds = t.number("lease_seconds", config_.lease_seconds, 10, 3600);
    config_.threads = t.number("threads", config_.threads, 8, 4096);
    config_.stock_nfsd_may_lose_data = t.optional("stock_nfsd_may_lose_data", false);
    t.refuse_unknown();
  }

  void read_servers() {
    sections_.insert("server");
    const toml::array* array = root_["server"].as_array();
    if (array == nullptr || array->empty())
      throw UsageError(fmt::format("{}:1: there is no [[server]]", file_), "add one for each server");
    for (const toml::node& node : *array) {
      if (!node.is_table())
        throw UsageError(fmt::format("{}:{}: 'server' is no table", file_, node.source().begin.line),
                         "write each server as a section [[server]]");
      read_server(ConfigTable(*node.as_table(), file_, "server"));
    }
  }

  void read_server(ConfigTable t) {
    ServerConfig server;
    server.name = t.word("name", "", "-.");
    server.id = static_cast<int>(t.required<std::int64_t>("id"));
    t.number("id", server.id, 1, 255);
    server.address = t.required<std::string>("address");
    server.replication_address = t.optional<std::string>("replication_address", server.address);
    t.checked("address", [&] { require_address(server.address); });
    t.checked("replication_address", [&] { require_address(server.replication_address); });
    if (!names_.insert(server.name).second) t.fail("name", "is used twice", "every server needs its own");
    if (!ids_.insert(server.id).second) t.fail("id", "is used twice", "every server needs its own");
    for (const std::string& address : std::set{server.address, server.replication_address})
      if (!addresses_.insert(address).second || address == config_.vip.address)
        t.fail("address", fmt::format("{} is used twice", address),
               "every server needs its own, and the VIP too");
    t.refuse_unknown();
    config_.servers.push_back(server);
  }

  const toml::table& root_;
  std::string file_;
  std::set<std::string> sections_, names_, addresses_;
  std::set<int> ids_;
  ClusterConfig config_;
};

}  // namespace

const ServerConfig* ClusterConfig::find(const std::string& server) const {
  const auto found = std::ranges::find(servers, server, &ServerConfig::name);
  return found == servers.end() ? nullptr : &*found;
}

const ServerConfig& ClusterConfig::self(const Host& host) const {
  const ServerConfig* found = find(host.host_name());
  if (found == nullptr)
    throw UsageError(
        fmt::format("{}: this host, {}, is none of the cluster's servers", path, host.host_name()),
        "a server's name must be its host name (`uname -n`); or run `pnfs-ha join`");
  return *found;
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
  const auto array = [](const std::vector<std::string>& strings) {
    toml::array list;
    for (const std::string& text : strings) list.push_back(text);
    return list;
  };
  std::ostringstream text;
  text << "# The cluster, as every server of it sees it. See pnfs-ha(8).\n\n";
  text << fmt::format("[cluster]\nname = \"{}\"\nport = {}\n\n", config.name, config.port);
  text << fmt::format("[lun]\ndevice = \"{}\"\nmount_point = \"{}\"\nstandby_mount = \"{}\"\n\n", config.lun,
                      config.mount_point, config.standby_mount == Access::none ? "none" : "ro");
  text << fmt::format("[vip]\naddress = \"{}\"\ninterface = \"{}\"\nrouter_id = {}\nadvertise = \"{}\"\n",
                      config.vip.text(), config.interface, config.router_id,
                      config.advertise == Advertise::unicast ? "unicast" : "multicast")
       << "witnesses = " << array(config.witnesses) << "\n\n";
  text << fmt::format("[state]\nramdisk_mib = {}\n\n", config.ramdisk_size >> 20);
  text << "[nfs]\nallow = " << array(config.allow)
       << fmt::format("\nlease_seconds = {}\nthreads = {}\n", config.lease_seconds, config.threads);
  if (config.stock_nfsd_may_lose_data) text << "stock_nfsd_may_lose_data = true\n";
  for (const ServerConfig& server : config.servers)
    text << fmt::format(
        "\n[[server]]\nname = \"{}\"\nid = {}\naddress = \"{}\"\nreplication_address = \"{}\"\n", server.name,
        server.id, server.address, server.replication_address);
  return text.str();
}

ClusterConfig load_cluster_config(const Host& host) {
  const auto text = host.read_file(ClusterConfig::path);
  if (!text)
    throw UsageError(std::string(ClusterConfig::path) + " does not exist: this host is in no cluster",
                     "run `pnfs-ha init` on the first server, `pnfs-ha join` on the others");
  return parse_cluster_config(*text);
}

void save_cluster_config(Host& host, const ClusterConfig& config) {
  const std::string text = to_toml(config);
  // A name may say what its quotation marks say, and then some.
  if (parse_cluster_config(text) != config)
    throw UsageError(std::string(ClusterConfig::path) + " would not be what was meant",
                     "names and addresses are plain words");
  host.write_file(ClusterConfig::path, text);
}

void require_fits_machine(const ClusterConfig& config, const Host& host) {
  const ServerConfig& self = config.self(host);
  const auto addresses = host.addresses();
  bool vip_fits = false;
  const auto own = [&](const std::string& address) {
    return std::ranges::find(addresses, address, &InterfaceAddress::address) != addresses.end();
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
}

}  // namespace pnfs_ha
