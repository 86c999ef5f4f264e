// The clients' TCP connections to the NFS port: on the mirror while this server is active, so that the next one can tell each
// client at once that its server is another one. A client that is not told repeats its request after 0.4, 0.8, 1.7, 3.3, 6.6
// s (tcp_retransmit_timer()), whenever the next server may have been ready.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/host.h"

namespace pnfs_ha {

class Connections {
 public:
  static constexpr const char* file = "/var/lib/nfs/nfsdcld/pnfs-ha-connections.json";

  Connections(Host& host, std::string vip);

  void save();        // if they are others than at the last time
  void take_over();   // those of the server before, before this one writes its own
  void wake() const;  // who was connected to that

 private:
  Host& host_;
  std::string vip_;
  std::vector<TcpPeer> former_;
  std::optional<std::vector<TcpPeer>> saved_;
};

// Throws NewerFormat.
nlohmann::json to_json(const std::vector<TcpPeer>& peers);
std::vector<TcpPeer> tcp_peers_from_json(const nlohmann::json& document);

}  // namespace pnfs_ha
