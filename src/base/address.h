// Addresses and networks as administrators write them.
#pragma once

#include <string>

namespace pnfs_ha {

// An IPv4 or IPv6 address with the length of its network's prefix.
struct Network {
  std::string address;
  int prefix = 0;

  bool contains(const std::string& other) const;  // false if the families differ
  std::string text() const;                       // "10.0.0.100/24"
  bool operator==(const Network&) const = default;
};

// Throw UsageError: "10.0.0.300/24 is no …".
Network parse_network(const std::string& text);
void require_address(const std::string& text);

bool is_ipv6(const std::string& address);  // of one that require_address() accepts

bool same_network(const std::string& one,
                  const std::string& other);  // "fd00::/64", "FD00::1/64"; "*" is none
bool same_address(const std::string& one, const std::string& other);  // however they are written

}  // namespace pnfs_ha
