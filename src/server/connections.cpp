#include "server/connections.h"

#include <spdlog/spdlog.h>

#include "base/format.h"
#include "base/json.h"

namespace pnfs_ha {
namespace {

constexpr std::uint16_t nfs_port = 2049;
constexpr Format connections_format{"the list of the clients' connections", 1};

// The first may be lost to a switch or a client that has not heard yet where the VIP is.
constexpr int times = 2;
constexpr std::chrono::milliseconds apart(100);

}  // namespace

using nlohmann::json;

Connections::Connections(Host& host, std::string vip) : host_(host), vip_(std::move(vip)) {}

void Connections::save() {
  std::vector<TcpPeer> now = host_.tcp_peers(vip_, nfs_port);
  if (saved_ == now) return;
  host_.write_file(file, to_text(to_json(now)) + "\n");
  saved_ = std::move(now);
}

void Connections::take_over() {
  saved_.reset();
  former_ = tcp_peers_from_json(parse_json(host_.read_file(file).value_or("")));
}

void Connections::wake() const {
  if (former_.empty()) return;
  for (int i = 0; i < times; ++i) {
    if (i > 0) host_.sleep(apart);
    host_.tickle(vip_, nfs_port, former_);
  }
  spdlog::info("woke {} connections of clients", former_.size());
}

json to_json(const std::vector<TcpPeer>& peers) {
  json clients = json::array();
  for (const TcpPeer& peer : peers) clients.push_back({{"address", peer.address}, {"port", peer.port}});
  return {{"format", connections_format.newest}, {"clients", clients}};
}

std::vector<TcpPeer> tcp_peers_from_json(const json& document) {
  format_of(document, connections_format);
  return each_of(document, "clients", [](const json& peer) {
    return TcpPeer{.address = value_of(peer, "address", ""),
                   .port = value_of(peer, "port", std::uint16_t{0})};
  });
}

}  // namespace pnfs_ha
