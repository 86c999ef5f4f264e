#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "host/part.h"

namespace pnfs_ha {

struct InterfaceAddress {
  std::string interface;
  std::string address;  // numeric, without scope
  int prefix = 0;       // bits
};

// The other end of a TCP connection.
struct TcpPeer {
  std::string address;  // numeric
  std::uint16_t port = 0;

  auto operator<=>(const TcpPeer&) const = default;  // NOLINT(modernize-use-nullptr): the compiler's own
};

class Networking : public Part {
 public:
  virtual std::string host_name() const = 0;  // uname -n
  virtual std::vector<InterfaceAddress> addresses() const = 0;

  virtual void nft(const std::string& ruleset) = 0;  // one atomic nftables transaction

  // Who is connected to this address and port of the machine's (ESTABLISHED, CLOSE-WAIT), in order.
  virtual std::vector<TcpPeer> tcp_peers(const std::string& address, std::uint16_t port) const = 0;
  // Sends each of them, from that address and port, a segment that fits no connection ("tickle"). A TCP that has one to
  // there answers with an acknowledgement (RFC 9293 3.10.7.4; tcp_validate_incoming()), to which a machine that knows no
  // such connection sends a reset (3.10.7.1): the other end learns at once what it would have learnt when it repeats a
  // request. It is a SYN|ACK, which a stateful firewall of the other end lets pass in every state (tcp_conntracks[] of
  // nf_conntrack_proto_tcp.c); an ACK with an odd number passes by chance only, and this end's firewall would remember it.
  // What this machine itself has left of connections from there, closed and not acknowledged, would answer in the reset's
  // place: it is destroyed first (sock_diag(7), SOCK_DESTROY).
  virtual void tickle(const std::string& address, std::uint16_t port, const std::vector<TcpPeer>& peers) = 0;

  // Calls the NFS server's NULL procedure (RFC 8881 16.1) over the loopback interface; throws if it refuses
  // or says nothing for this long.
  virtual void call_nfsd(std::chrono::seconds limit) = 0;
};

}  // namespace pnfs_ha
