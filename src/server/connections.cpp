#include "server/connections.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "base/format.h"
#include "base/json.h"

namespace pnfs_ha {
namespace {

constexpr std::uint16_t nfs_port = 2049;
constexpr Format connections_format{"the list of the clients' connections", 1};

constexpr std::chrono::milliseconds apart(600);

}  // namespace

using nlohmann::json;

Connections::Connections(Host& host, std::string vip) : host_(host), vip_(std::move(vip)) {}

void Connections::save(Former former) {
  if (former == Former::may_come_back && !saved_) former_ = listed();
  std::vector<TcpPeer> now = host_.tcp_peers(vip_, nfs_port);
  if (former == Former::may_come_back) {
    std::vector<TcpPeer> all;
    std::ranges::set_union(now, former_, std::back_inserter(all));
    now = std::move(all);
  }
  if (saved_ == now) return;
  host_.write_file(file, to_text(to_json(now)) + "\n");
  saved_ = std::move(now);
}

void Connections::take_over() {
  saved_.reset();
  former_ = listed();
}

void Connections::wake() {
  if (former_.empty()) return;
  again_at_ = host_.uptime() + apart;
  tickle_former();
  spdlog::info("woke {} connections of clients", former_.size());
}

void Connections::wake_again() {
  if (host_.uptime() < again_at_) return;
  again_at_ = Host::Duration::max();
  tickle_former();
}

// Whom nobody tells waits longer, no more.
void Connections::tickle_former() const try {
  host_.tickle(vip_, nfs_port, former_);
} catch (const Error& error) {
  spdlog::warn("{}", error.what());
}

std::vector<TcpPeer> Connections::listed() const {
  std::vector<TcpPeer> peers = tcp_peers_from_json(parse_json(host_.read_file(file).value_or("")));
  std::ranges::sort(peers);
  return peers;
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
