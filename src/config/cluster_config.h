// /etc/pnfs-ha/cluster.toml: what the servers of one cluster agree on. The same file on every server. Its
// keys, with their types, bounds and meanings, are in cluster_keys.cpp.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/address.h"
#include "host/disks.h"
#include "host/files.h"
#include "host/networking.h"

namespace pnfs_ha {

struct ServerConfig {
  std::string name;                 // its host name, `uname -n`: DRBD insists
  int id = 0;                       // 1..255, never reused: part of its reservation key
  std::string address;              // where the other servers reach its agent
  std::string replication_address;  // where DRBD connects to

  bool operator==(const ServerConfig&) const = default;
};

// How keepalived tells the other servers that the active one is alive: to each server's address, and hears only
// these; or to VRRP's group, where any host of the network may claim the VIP.
enum class Advertise { multicast, unicast };

struct ClusterConfig {
  static constexpr const char* path = "/etc/pnfs-ha/cluster.toml";
  static constexpr int version = 1;  // of the file's format; a file that names none is of version 1

  std::string name;                          // the NFS server's scope (RFC 8881 2.10.4)
  int port = 7410;                           // the agents' TCP port
  std::string lun;                           // /dev/disk/by-id/wwn-0x…
  std::string mount_point = "/srv/pnfs-ha";  // of the whole LUN; clients see export_root() only
  Access standby_mount = Access::read_only;  // or none
  Network vip;
  std::string interface;
  int router_id = 51;  // VRRP VRID, 1..255, unique in the network
  Advertise advertise = Advertise::unicast;
  std::vector<std::string> witnesses;      // addresses; see witness.h
  std::uint64_t ramdisk_size = 128 << 20;  // bytes
  std::vector<std::string> allow;          // who may mount: networks, or "*"
  int lease_seconds = 15;                  // 10..3600; also the grace period
  int threads = 128;                       // of nfsd
  bool root_squash = false;                // exports(5)
  // The administrator lets stock nfsd serve: a crash can lose what clients wrote directly, and a server that
  // was preempted can let itself in again. See NfsState.
  bool stock_nfsd_may_lose_data = false;
  std::vector<ServerConfig> servers;

  const ServerConfig* find(const std::string& server) const;  // nullptr if unknown
  // The one whose replication address this machine has; failing that, whose name is its host name: names are
  // changed more often, and while a server serves. Throws UsageError if it is none of them.
  const ServerConfig& self(const Networking& network) const;
  std::set<int> others(const ServerConfig& than) const;  // their ids
  bool alone() const { return servers.size() == 1; }

  // What clients mount as "/": beside the product's own files on the LUN, not above them.
  Path export_root() const { return Path(mount_point) / "export"; }

  bool operator==(const ClusterConfig&) const = default;
};

// Throws UsageError "FILE:LINE: what is wrong", with what to write instead.
ClusterConfig parse_cluster_config(const std::string& text, const std::string& file = ClusterConfig::path);
std::string to_toml(const ClusterConfig& config);

// What one configuration says otherwise than another: "vip.router_id", "server.beta.address", with the values
// as they stand in the files. Empty: the file does not have it.
struct Difference {
  std::string key, from, to;

  bool operator==(const Difference&) const = default;
};
std::vector<Difference> differences(const ClusterConfig& from, const ClusterConfig& to);

ClusterConfig load_cluster_config(const Files& files);
void save_cluster_config(Files& files, const ClusterConfig& config);

// What only this machine can tell: the VIP is in the interface's network, the server's addresses are its own.
void require_fits_machine(const ClusterConfig& config, const Networking& network);

}  // namespace pnfs_ha
