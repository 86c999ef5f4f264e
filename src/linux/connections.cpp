// TCP connections that this machine has, and those that another one had.
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/address.h"
#include "base/error.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

UniqueFd open_socket(int family, int type, int protocol, const std::string& what) {
  UniqueFd fd(socket(family, type | SOCK_CLOEXEC, protocol));
  if (!fd) throw errno_error(what);
  return fd;
}

std::string text_of(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, address, text.data(), text.size()) == nullptr ? "" : text.data();
}

// --- sock_diag(7) ---

struct Request {
  nlmsghdr head;
  inet_diag_req_v2 body;
};

constexpr std::uint32_t connected = 1U << TCP_ESTABLISHED | 1U << TCP_CLOSE_WAIT;
constexpr std::uint32_t left_behind =
    1U << TCP_FIN_WAIT1 | 1U << TCP_FIN_WAIT2 | 1U << TCP_CLOSING | 1U << TCP_LAST_ACK;

void send_request(int socket, std::uint16_t type, std::uint16_t flags, const inet_diag_req_v2& body) {
  Request request{.head = {.nlmsg_len = sizeof(request),
                           .nlmsg_type = type,
                           .nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags),
                           .nlmsg_seq = 1,
                           .nlmsg_pid = 0},
                  .body = body};
  if (send(socket, &request, sizeof(request), 0) < 0) throw errno_error("ask for TCP connections");
}

inet_diag_req_v2 request_of(int family, std::uint32_t states) {
  inet_diag_req_v2 body{};
  body.sdiag_family = static_cast<std::uint8_t>(family);
  body.sdiag_protocol = IPPROTO_TCP;
  body.idiag_states = states;
  return body;
}

// Of one datagram of the answer. No: it was the last.
bool take(const char* begin, std::size_t length, std::vector<inet_diag_sockid>& found) {
  for (std::size_t at = 0; at + sizeof(nlmsghdr) <= length;) {
    const auto* m = reinterpret_cast<const nlmsghdr*>(begin + at);
    if (m->nlmsg_len < sizeof(nlmsghdr) || m->nlmsg_len > length - at) break;
    at += NLMSG_ALIGN(m->nlmsg_len);
    if (m->nlmsg_type == NLMSG_DONE) return false;
    if (m->nlmsg_type == NLMSG_ERROR) {
      errno = -static_cast<const nlmsgerr*>(NLMSG_DATA(m))->error;
      throw errno_error("read the TCP connections");
    }
    found.push_back(static_cast<const inet_diag_msg*>(NLMSG_DATA(m))->id);
  }
  return true;
}

UniqueFd open_diag() {
  return open_socket(AF_NETLINK, SOCK_DGRAM, NETLINK_SOCK_DIAG, "ask for TCP connections");
}

std::vector<inet_diag_sockid> sockets_at(const std::string& address, std::uint16_t port,
                                         std::uint32_t states) {
  const int family = is_ipv6(address) ? AF_INET6 : AF_INET;
  const UniqueFd fd = open_diag();
  inet_diag_req_v2 request = request_of(family, states);
  request.id.idiag_sport = htons(port);
  send_request(fd.get(), SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, request);
  std::vector<inet_diag_sockid> found;
  alignas(nlmsghdr) std::array<char, 32768> answer{};
  for (bool more = true; more;) {
    const ssize_t length = recv(fd.get(), answer.data(), answer.size(), 0);
    if (length < 0) throw errno_error("read the TCP connections");
    more = take(answer.data(), static_cast<std::size_t>(length), found);
  }
  std::erase_if(found, [&](const auto& id) { return !same_address(text_of(family, id.idiag_src), address); });
  return found;
}

// One that has ended meanwhile is none; the kernel says so, and nobody listens.
void destroy_what_is_left(const std::string& address, std::uint16_t port) {
  const UniqueFd fd = open_diag();
  for (const inet_diag_sockid& id : sockets_at(address, port, left_behind)) {
    inet_diag_req_v2 request = request_of(is_ipv6(address) ? AF_INET6 : AF_INET, left_behind);
    request.id = id;
    send_request(fd.get(), SOCK_DESTROY, 0, request);
  }
}

// --- segments ---

sockaddr_storage socket_address(int family, const std::string& address, socklen_t& size) {
  sockaddr_storage storage{};
  storage.ss_family = static_cast<sa_family_t>(family);
  void* bytes = family == AF_INET6 ? static_cast<void*>(&reinterpret_cast<sockaddr_in6&>(storage).sin6_addr)
                                   : &reinterpret_cast<sockaddr_in&>(storage).sin_addr;
  if (inet_pton(family, address.c_str(), bytes) != 1) throw Error("no address: " + address);
  size = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  return storage;
}

// RFC 1071. Of IPv6 the kernel adds it (IPV6_CHECKSUM).
std::uint16_t internet_checksum(const std::uint8_t* bytes, std::size_t count) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < count; i += 2)
    sum += static_cast<std::uint32_t>(bytes[i] << 8 | bytes[i + 1]);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

struct Segment {
  // The pseudo-header of IPv4 (RFC 9293 3.1), which is not sent.
  std::uint32_t from = 0, to = 0;
  std::uint8_t zero = 0, protocol = IPPROTO_TCP;
  std::uint16_t length = htons(sizeof(tcphdr));
  tcphdr tcp{};
};
static_assert(sizeof(Segment) == 12 + sizeof(tcphdr));

class Tickler {
 public:
  Tickler(const std::string& address, std::uint16_t port)
      : family_(is_ipv6(address) ? AF_INET6 : AF_INET),
        fd_(open_socket(family_, SOCK_RAW, IPPROTO_TCP, "send TCP segments")) {
    // It hears every segment that comes in.
    const int no_room = 0, much_room = 16 << 20, checksum_at = offsetof(tcphdr, th_sum);
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &no_room, sizeof(no_room));
    // What waits for the hardware address of a machine that is off.
    setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &much_room, sizeof(much_room));
    if (family_ == AF_INET6)
      setsockopt(fd_.get(), IPPROTO_IPV6, IPV6_CHECKSUM, &checksum_at, sizeof(checksum_at));
    socklen_t size = 0;
    const sockaddr_storage self = socket_address(family_, address, size);
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&self), size) != 0)
      throw errno_error("send from " + address);
    segment_.from = reinterpret_cast<const sockaddr_in&>(self).sin_addr.s_addr;
    segment_.tcp.th_sport = htons(port);
    segment_.tcp.th_off = sizeof(tcphdr) / 4;
    segment_.tcp.th_win = htons(1024);
    segment_.tcp.th_flags = TH_SYN | TH_ACK;
  }

  // No: it could not be sent (errno).
  bool send(const TcpPeer& peer) {
    socklen_t size = 0;
    const sockaddr_storage to = socket_address(family_, peer.address, size);
    segment_.tcp.th_dport = htons(peer.port);
    segment_.tcp.th_sum = 0;
    if (family_ == AF_INET) {
      segment_.to = reinterpret_cast<const sockaddr_in&>(to).sin_addr.s_addr;
      segment_.tcp.th_sum =
          htons(internet_checksum(reinterpret_cast<const std::uint8_t*>(&segment_), sizeof(segment_)));
    }
    return sendto(fd_.get(), &segment_.tcp, sizeof(segment_.tcp), MSG_DONTWAIT,
                  reinterpret_cast<const sockaddr*>(&to), size) >= 0;
  }

 private:
  int family_;
  UniqueFd fd_;
  Segment segment_;
};

}  // namespace

std::vector<TcpPeer> LinuxHost::tcp_peers(const std::string& address, std::uint16_t port) const {
  std::vector<TcpPeer> found;
  for (const inet_diag_sockid& id : sockets_at(address, port, connected))
    found.push_back({text_of(is_ipv6(address) ? AF_INET6 : AF_INET, id.idiag_dst), ntohs(id.idiag_dport)});
  std::ranges::sort(found);
  return found;
}

void LinuxHost::tickle(const std::string& address, std::uint16_t port, const std::vector<TcpPeer>& peers) {
  destroy_what_is_left(address, port);
  Tickler tickler(address, port);
  std::string why;
  for (const TcpPeer& peer : peers)
    if (!tickler.send(peer) && why.empty())
      why = "cannot send to " + peer.address + ": " + std::strerror(errno);
  if (!why.empty()) throw Error(why);
}

}  // namespace pnfs_ha
