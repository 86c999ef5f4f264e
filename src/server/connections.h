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

  // If they are others than at the last time. Those of the server before stay on the list until its clients are back: this one
  // may die before they are.
  enum class Former { may_come_back, are_gone };
  void save(Former former);

  void take_over();  // reads those of the server before, before this one writes its own
  void wake();       // who was connected to that. Throws nothing
  // Once more, a second later: the first may be answered to where the VIP was, and then a client's TCP answers no other one for
  // half a second (tcp_invalid_ratelimit). Throws nothing.
  void wake_again();

 private:
  std::vector<TcpPeer> listed() const;
  void tickle_former() const;

  Host& host_;
  std::string vip_;
  std::vector<TcpPeer> former_;
  Host::Duration again_at_ = Host::Duration::max();
  std::optional<std::vector<TcpPeer>> saved_;
};

// Throws NewerFormat.
nlohmann::json to_json(const std::vector<TcpPeer>& peers);
std::vector<TcpPeer> tcp_peers_from_json(const nlohmann::json& document);

}  // namespace pnfs_ha
