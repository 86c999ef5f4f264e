#include "config/cluster_keys.h"

#include "base/error.h"

namespace pnfs_ha {
namespace {

void require_stable_name(const Value& value) {
  if (!std::get<std::string>(value).starts_with("/dev/disk/by-id/wwn-0x"))
    throw UsageError("must be a stable name, /dev/disk/by-id/wwn-0x…", "`ls -l /dev/disk/by-id` lists them");
}

void require_below_root(const Value& value) {
  const auto& path = std::get<std::string>(value);
  if (!path.starts_with('/') || path.size() < 2)
    throw UsageError("must be an absolute path below /", "write it like /srv/pnfs-ha");
}

// exportfs(8) exports nothing for a network that has two lines.
void require_each_once(const Value& value) {
  const auto& networks = std::get<std::vector<std::string>>(value);
  if (networks.empty()) throw UsageError("nobody may mount", "list the clients' networks");
  for (auto one = networks.begin(); one != networks.end(); ++one)
    for (auto other = networks.begin(); other != one; ++other)
      if (*one == *other || same_network(*one, *other))
        throw UsageError(*other + " and " + *one + " are one network", "list it once");
}

// A network, or everybody.
KeyType clients() {
  KeyType type = a_network();
  type.check = [network = type.check](const Value& value) {
    if (std::get<std::string>(value) != "*") network(value);
  };
  return list_of(type, require_each_once);
}

using enum Presence;
using Cluster = ClusterConfig;

}  // namespace

// clang-format off
const std::vector<Key<ClusterConfig>>& cluster_keys() {
  static const std::vector<Key<Cluster>> keys = {
      {"cluster", "name", word("NAME", "-", "demo"), required, "name",
       "the cluster's name, also the NFS server's scope: letters, digits, hyphens",
       field(&Cluster::name)},
      {"cluster", "port", number(1, 65535), optional, nullptr,
       "the TCP port on which the agents talk to each other",
       field(&Cluster::port)},

      {"lun", "device", word("DEVICE", "/-.:_", "/dev/disk/by-id/wwn-0x600140512345", require_stable_name), required, "lun",
       "the shared LUN: a whole SCSI disk, /dev/disk/by-id/wwn-0x…",
       field(&Cluster::lun)},
      {"lun", "mount_point", word("DIRECTORY", "/-_.", "/srv/lun", require_below_root), optional, nullptr,
       "where the servers mount the LUN",
       field(&Cluster::mount_point)},
      {"lun", "standby_mount", one_of({"ro", "none"}), optional, nullptr,
       "how a standby has the LUN mounted",
       field(&Cluster::standby_mount, "ro", Access::read_only, "none", Access::none)},

      {"vip", "address", a_network(), required, "vip",
       "the address that clients mount, in the network of the interface",
       field(&Cluster::vip)},
      {"vip", "interface", word("INTERFACE", "-_.", "eth0"), required, "interface",
       "the clients' network interface, for the VIP and VRRP",
       field(&Cluster::interface)},
      {"vip", "router_id", number(1, 255), optional, "router-id",
       "the VRRP virtual router ID, unique in the network",
       field(&Cluster::router_id)},
      {"vip", "advertise", one_of({"unicast", "multicast"}), optional, "advertise",
       "to whom the active announces itself by VRRP: to the servers' addresses, which must be the interface's, or to VRRP's "
       "group, where any host of the network can claim the VIP",
       field(&Cluster::advertise, "multicast", Advertise::multicast, "unicast", Advertise::unicast)},
      {"vip", "witnesses", list_of(an_address()), optional, "witness",
       "addresses to ping (ICMP echo); a server that none of them answers neither stands for election nor takes over; "
       "empty: the default gateways of the VIP's interface, if there are any",
       field(&Cluster::witnesses)},

      // DRBD and ext4 need a few MiB of their own; a gigabyte of client records is beyond any cluster.
      {"state", "ramdisk_mib", number(16, 4096), optional, nullptr,
       "the size of the ramdisk that carries the NFS server's state, in MiB, the same on both servers",
       mebibytes(&Cluster::ramdisk_size)},

      {"nfs", "allow", clients(), optional, "allow",
       "a network that may mount, or * for everybody; repeatable (init: the VIP's network)",
       field(&Cluster::allow)},
      {"nfs", "lease_seconds", number(10, 3600), optional, nullptr,
       "the lease and the grace period, in seconds",
       field(&Cluster::lease_seconds)},
      {"nfs", "threads", number(8, 4096), optional, nullptr,
       "the number of nfsd's threads",
       field(&Cluster::threads)},
      {"nfs", "root_squash", yes_or_no(), rare, nullptr,
       "whether root of a client is nobody on the export (exports(5)); hosts of virtual machines need their root",
       field(&Cluster::root_squash)},
      {"nfs", "stock_nfsd_may_lose_data", yes_or_no(), rare, "stock-nfsd-may-lose-data",
       "serve with stock nfsd as well, which loses direct writes in a crash and lets a server that lost the LUN in again",
       field(&Cluster::stock_nfsd_may_lose_data)},
  };
  return keys;
}

const std::vector<Key<ServerConfig>>& server_keys() {
  static const std::vector<Key<ServerConfig>> keys = {
      {"server", "name", word("NAME", "-.", "mds1"), required, nullptr,
       "what the server is called; its host name when it joined",
       field(&ServerConfig::name)},
      {"server", "id", number(1, 255), required, nullptr,
       "its number, never used again for another server: part of its reservation key",
       field(&ServerConfig::id)},
      {"server", "address", an_address(), required, nullptr,
       "where the other servers reach its agent",
       field(&ServerConfig::address)},
      {"server", "replication_address", an_address(), optional, "replication-address",
       "the server's address for the state mirror (default: the one that the others reach it at; join: "
       "its address in the first server's replication network)",
       field(&ServerConfig::replication_address), [](const ServerConfig& so_far) { return Value(so_far.address); }},
  };
  return keys;
}
// clang-format on

}  // namespace pnfs_ha
