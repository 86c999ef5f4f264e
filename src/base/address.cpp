#include "base/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <optional>
#include <vector>

#include "base/error.h"

namespace pnfs_ha {
namespace {

using Octets = std::vector<unsigned char>;

std::optional<Octets> octets(const std::string& address) {
  if (address.find('\0') != std::string::npos) return std::nullopt;  // inet_pton(3) would stop there
  Octets bytes(16);
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(4);
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

}  // namespace

void require_address(const std::string& text) {
  if (!octets(text))
    throw UsageError("'" + text + "' is no IPv4 or IPv6 address", "write it like 192.0.2.10");
}

bool same_address(const std::string& one, const std::string& other) {
  const auto mine = octets(one), theirs = octets(other);
  return mine && mine == theirs;
}

bool is_ipv6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

bool same_network(const std::string& one, const std::string& other) {
  if (one == "*" || other == "*") return false;
  const Network mine = parse_network(one), theirs = parse_network(other);
  return mine.prefix == theirs.prefix && mine.contains(theirs.address);
}

Network parse_network(const std::string& text) {
  const std::size_t slash = text.find('/');
  Network network{.address = text.substr(0, slash), .prefix = -1};
  if (slash != std::string::npos)
    std::from_chars(text.data() + slash + 1, text.data() + text.size(), network.prefix);
  const auto bytes = octets(network.address);
  if (!bytes || network.prefix < 1 || network.prefix > static_cast<int>(bytes->size()) * 8 ||
      network.text() != text)
    throw UsageError("'" + text + "' is no address with its network's prefix", "write it like 192.0.2.10/24");
  return network;
}

bool Network::contains(const std::string& other) const {
  const auto mine = octets(address), theirs = octets(other);
  if (!mine || !theirs || mine->size() != theirs->size()) return false;
  for (std::size_t bit = 0; bit < static_cast<std::size_t>(prefix); ++bit) {
    const int mask = 0x80 >> (bit % 8);
    if (((*mine)[bit / 8] & mask) != ((*theirs)[bit / 8] & mask)) return false;
  }
  return true;
}

std::string Network::text() const {
  return address + "/" + std::to_string(prefix);
}

}  // namespace pnfs_ha
