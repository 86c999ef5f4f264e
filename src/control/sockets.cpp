#include "control/sockets.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "config/cluster_config.h"

namespace pnfs_ha {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Callers that wait to be taken while the agent is busy. As many as the kernel allows (net.core.somaxconn):
// strangers must not fill it while a sequence runs.
constexpr int waiting_callers = SOMAXCONN;

UniqueFd new_socket(int family) {
  UniqueFd fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) throw errno_error("create a socket");
  return fd;
}

sockaddr_un local_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw Error("too long for a socket: " + path);
  std::ranges::copy(path, std::begin(address.sun_path));
  return address;
}

void connect_by(const UniqueFd& fd, const sockaddr* address, socklen_t length, SteadyClock::time_point end) {
  if (connect(fd.get(), address, length) == 0) return;
  int error = errno;
  // EAGAIN: a local socket whose backlog is full; there is nothing to wait for with poll(2).
  if (error == EINPROGRESS) {
    wait_for(fd.get(), POLLOUT, end);
    socklen_t size = sizeof error;
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) throw Error(std::strerror(error));
}

}  // namespace

std::string numeric_address(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6))
      inet_ntop(AF_INET, v6.s6_addr + 12, text, sizeof text);
    else
      inet_ntop(AF_INET6, &v6, text, sizeof text);
  }
  return text;
}

void wait_for(int fd, short events, SteadyClock::time_point end) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - SteadyClock::now()).count();
    pollfd wanted{.fd = fd, .events = events, .revents = 0};
    const int ready = poll(&wanted, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000)));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw Error(std::strerror(errno));
    if (left <= 0) throw Error("no answer in time");
  }
}

UniqueFd connect_locally(const std::string& path, SteadyClock::time_point end) {
  const sockaddr_un address = local_address(path);
  UniqueFd fd = new_socket(AF_UNIX);
  connect_by(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address, end);
  return fd;
}

UniqueFd connect_to(const std::string& address, int port, SteadyClock::time_point end) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) throw Error(gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, freeaddrinfo);
  UniqueFd fd = new_socket(found->ai_family);
  connect_by(fd, found->ai_addr, found->ai_addrlen, end);
  return fd;
}

UniqueFd listen_locally(const std::string& path) {
  const sockaddr_un address = local_address(path);
  UniqueFd fd = new_socket(AF_UNIX);
  unlink(path.c_str());
  const mode_t mask = umask(0177);
  const int bound = bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  umask(mask);
  if (bound != 0) throw Error("cannot listen on " + path + ": " + std::strerror(error));
  if (listen(fd.get(), waiting_callers) != 0) throw errno_error("listen on " + path);
  return fd;
}

UniqueFd listen_on_network(int port) {
  const int on = 1, off = 0;
  const auto bound = [&](const UniqueFd& fd, const auto& address) {
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    return bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
           listen(fd.get(), waiting_callers) == 0;
  };
  const auto number = htons(static_cast<std::uint16_t>(port));
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = number;
  sockaddr_in any_v4{};
  any_v4.sin_family = AF_INET;
  any_v4.sin_port = number;
  UniqueFd fd(socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);  // IPv4 as well
  bool listens = fd && bound(fd, any);
  // A kernel without IPv6 (ipv6.disable=1) has no such sockets, or no such address.
  if (!listens && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
    fd = new_socket(AF_INET);
    listens = bound(fd, any_v4);
  }
  if (!listens)
    throw errno_error("listen on TCP port " + std::to_string(port),
                      "another program uses it: change cluster.port in " + std::string(ClusterConfig::path));
  return fd;
}

}  // namespace pnfs_ha
