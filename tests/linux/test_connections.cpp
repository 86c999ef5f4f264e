// Connections of the machine's TCP, and what the other end of one does whose server has vanished.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/address.h"
#include "base/unique_fd.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

constexpr std::uint16_t port = 2049;

// A client that is connected to a server on the loopback interface.
class ConnectionsTest : public testing::TestWithParam<const char*> {
 protected:
  ConnectionsTest() {
    const int on = 1;
    UniqueFd listener(socket(family(), SOCK_STREAM, 0));
    setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    EXPECT_EQ(bind(listener.get(), address(), sizeof(storage_)), 0) << strerror(errno);
    EXPECT_EQ(listen(listener.get(), 1), 0);
    client = UniqueFd(socket(family(), SOCK_STREAM, 0));
    EXPECT_EQ(connect(client.get(), address(), sizeof(storage_)), 0) << strerror(errno);
    server = UniqueFd(accept(listener.get(), nullptr, nullptr));
    EXPECT_TRUE(server);
  }
  ~ConnectionsTest() override { host.nft("add table inet firewall\ndelete table inet firewall\n"); }

  int family() const { return is_ipv6(GetParam()) ? AF_INET6 : AF_INET; }
  const sockaddr* address() {
    storage_.sin6_family = static_cast<sa_family_t>(family());
    storage_.sin6_port = htons(port);  // at the same place in both
    void* bytes = family() == AF_INET6 ? static_cast<void*>(&storage_.sin6_addr)
                                       : &reinterpret_cast<sockaddr_in&>(storage_).sin_addr;
    EXPECT_EQ(inet_pton(family(), GetParam(), bytes), 1);
    return reinterpret_cast<const sockaddr*>(&storage_);
  }

  // As if its machine had lost its power: no FIN, no RST (tcp_close() of a socket in repair).
  void server_vanishes() {
    const int on = 1;
    ASSERT_EQ(setsockopt(server.get(), IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)), 0) << strerror(errno);
    server = UniqueFd();
  }
  bool client_is_told(int milliseconds) {
    pollfd event{.fd = client.get(), .events = POLLIN, .revents = 0};
    return poll(&event, 1, milliseconds) == 1;
  }
  int client_error() {
    char byte = 0;
    return recv(client.get(), &byte, 1, MSG_DONTWAIT) < 0 ? errno : 0;
  }

  LinuxHost host;
  UniqueFd client, server;

 private:
  sockaddr_in6 storage_{};
};

TEST_P(ConnectionsTest, are_told_by_the_kernel) {
  const auto peers = host.tcp_peers(GetParam(), port);
  ASSERT_EQ(peers.size(), 1U);
  EXPECT_EQ(peers.front().address, GetParam());
  EXPECT_NE(peers.front().port, port);
  EXPECT_TRUE(host.tcp_peers(family() == AF_INET6 ? "fd00::1" : "127.0.0.2", port).empty());
  EXPECT_TRUE(host.tcp_peers(GetParam(), port + 1).empty());
}

TEST_P(ConnectionsTest, to_a_server_that_vanished_end_when_the_next_one_says_so) {
  const auto peers = host.tcp_peers(GetParam(), port);
  server_vanishes();
  EXPECT_FALSE(client_is_told(100));
  host.tickle(GetParam(), port, peers);
  EXPECT_TRUE(client_is_told(60'000));
  EXPECT_EQ(client_error(), ECONNRESET);
}

TEST_P(ConnectionsTest, end_behind_a_firewall_that_drops_what_fits_no_connection) {
  host.nft(
      "add table inet firewall\n"
      "add chain inet firewall input { type filter hook input priority 0; }\n"
      "add rule inet firewall input ct state invalid counter drop\n");
  ASSERT_EQ(send(client.get(), "request", 7, 0), 7);  // the firewall has to see something of it
  const auto peers = host.tcp_peers(GetParam(), port);
  server_vanishes();
  host.tickle(GetParam(), port, peers);
  EXPECT_TRUE(client_is_told(60'000));
  EXPECT_EQ(client_error(), ECONNRESET);
}

// A server that let go while no FIN left it, and serves again: its own half-closed socket would answer the client.
TEST_P(ConnectionsTest, of_which_this_machine_has_something_left_end_as_well) {
  const auto peers = host.tcp_peers(GetParam(), port);
  host.nft(
      "add table inet firewall\n"
      "add chain inet firewall output { type filter hook output priority 0; }\n"
      "add rule inet firewall output tcp sport 2049 tcp flags & fin != 0 drop\n");
  server = UniqueFd();
  EXPECT_FALSE(client_is_told(100));
  host.tickle(GetParam(), port, peers);
  EXPECT_TRUE(client_is_told(60'000));
  EXPECT_EQ(client_error(), ECONNRESET);
}

// To the server that it has: a client that was told in vain goes on.
TEST_P(ConnectionsTest, to_a_server_that_is_there_go_on) {
  host.tickle(GetParam(), port, host.tcp_peers(GetParam(), port));
  ASSERT_EQ(send(client.get(), "request", 7, 0), 7);
  char request[8] = {};
  EXPECT_EQ(recv(server.get(), request, 7, 0), 7);
  EXPECT_EQ(client_error(), EAGAIN);
}

INSTANTIATE_TEST_SUITE_P(Of, ConnectionsTest, testing::Values("127.0.0.1", "::1"), [](const auto& family) {
  return is_ipv6(family.param) ? std::string("IPv6") : std::string("IPv4");
});

}  // namespace
}  // namespace pnfs_ha
