// The gate in the kernel's nftables, between two network namespaces.
#include <gtest/gtest.h>
#include <netinet/ip.h>
#include <sched.h>
#include <spdlog/fmt/fmt.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "base/unique_fd.h"
#include "error_of.h"
#include "linux/linux_host.h"
#include "server/gate.h"
#include "server/validity.h"

namespace pnfs_ha {
namespace {

using namespace std::chrono_literals;

// A network namespace that lives as long as the process that was made for it.
class Neighbour {
 public:
  Neighbour() {
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    process_ = fork();
    if (process_ == 0) {
      const char ok = unshare(CLONE_NEWNET) == 0 ? 'y' : 'n';
      std::ignore = write(ready[1], &ok, 1);
      for (;;) pause();
    }
    char ok = 0;
    EXPECT_EQ(read(ready[0], &ok, 1), 1);
    EXPECT_EQ(ok, 'y');
    close(ready[0]), close(ready[1]);
    const std::string pid = std::to_string(process_);
    host_.must_run({"ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", pid});
    host_.must_run({"ip", "address", "add", "10.99.0.1/24", "dev", "here"});
    host_.must_run({"ip", "link", "set", "here", "up"});
    must_run({"ip", "address", "add", "10.99.0.2/24", "dev", "there"});
    must_run({"ip", "link", "set", "there", "up"});
  }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;
  ~Neighbour() {
    host_.run({"ip", "link", "delete", "here"});
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

  CommandResult run(Command command) {
    const Command there{"nsenter", "--net=/proc/" + std::to_string(process_) + "/ns/net"};
    command.insert(command.begin(), there.begin(), there.end());
    return host_.run(command);
  }
  void must_run(const Command& command) { EXPECT_EQ(run(command).exit_code, 0) << to_string(command); }

  // What a client that connects to a port sees within this time.
  enum class Sees { service, refusal, silence };
  Sees connects(int port, const std::string& seconds) {
    const CommandResult result =
        run({"timeout", seconds, "socat", "-u", "OPEN:/dev/null", "TCP:10.99.0.1:" + std::to_string(port)});
    if (result.exit_code == 0) return Sees::service;
    return result.exit_code == 124 ? Sees::silence : Sees::refusal;
  }

 private:
  LinuxHost host_;
  pid_t process_ = 0;
};
using Sees = Neighbour::Sees;

// The neighbour's address is 10.99.0.2.
ClusterConfig cluster(const std::string& vip, const std::string& other_server = "10.99.0.9") {
  ClusterConfig config;
  config.vip.address = vip;
  config.interface = "here";
  config.router_id = 51;
  config.servers = {{"mds1", 1, "10.99.0.1", "10.99.1.1"}, {"mds2", 2, other_server, "10.99.1.2"}};
  return config;
}

Gate gate_of(Host& host, const ClusterConfig& config) {
  return {host, config, config.servers.front()};
}

class GateTest : public testing::Test {
 protected:
  ~GateTest() override {
    end_server();
    host.nft("add table inet pnfs_ha\ndelete table inet pnfs_ha\n");
  }

  // Something that takes connections on a port, and listens there already; the options are socat's.
  void serve(int port, const std::string& options = ",fork", const char* with = "OPEN:/dev/null") {
    server_ = fork();
    if (server_ == 0) {
      execlp("socat", "socat", ("TCP-LISTEN:" + std::to_string(port) + ",reuseaddr" + options).c_str(), with,
             nullptr);
      _exit(127);
    }
    const std::string listener = "sport = :" + std::to_string(port);
    ASSERT_TRUE(host.wait_until([&] { return !host.run({"ss", "-Hltn", listener}).output.empty(); }, 1min));
  }
  void end_server() {
    if (server_ > 0) kill(server_, SIGKILL), waitpid(server_, nullptr, 0);
    server_ = 0;
  }
  // What a client sees while somebody goes on opening the gate.
  Sees while_open(int port) {
    std::jthread agent([](const std::stop_token& stop) {
      LinuxHost mine;
      for (Gate own = gate_of(mine, cluster("10.99.0.1")); !stop.stop_requested(); mine.sleep(100ms))
        own.open(mine.uptime(), Validity::shortest);
    });
    return client.connects(port, "60");
  }

  LinuxHost host;
  Gate gate = gate_of(host, cluster("10.99.0.1"));
  Neighbour client;

 private:
  pid_t server_ = 0;
};

TEST_F(GateTest, is_silent_and_refuses_nothing_while_it_is_shut) {
  EXPECT_EQ(client.connects(2049, "60"), Sees::refusal);  // nobody listens
  gate.install();
  EXPECT_EQ(client.connects(2049, "1"), Sees::silence);
  EXPECT_EQ(client.connects(2050, "60"), Sees::refusal);  // no business of ours
}

// Told that it ended, a client would connect to nobody, and wait longer after each attempt.
TEST_F(GateTest, lets_no_connection_end_while_it_is_shut_to_requests) {
  gate.install();
  serve(2049, "", "EXEC:cat");
  std::jthread connected([&] {
    EXPECT_EQ(
        client
            .run({"timeout", "10", "socat", "-u", "TCP:10.99.0.1:2049,connect-timeout=60", "OPEN:/dev/null"})
            .exit_code,
        124);
  });
  ASSERT_TRUE(host.wait_until(
      [&] {
        gate.open(host.uptime(), Validity::shortest);
        return !host.tcp_peers("10.99.0.1", 2049).empty();
      },
      1min));
  gate.refuse_requests();
  end_server();
  ASSERT_TRUE(host.wait_until([&] { return host.tcp_peers("10.99.0.1", 2049).empty(); }, 1min));
}

TEST_F(GateTest, refuses_who_comes_to_the_servers_own_address) {
  serve(2049);
  Gate of_another_vip = gate_of(host, cluster("10.99.0.9"));
  of_another_vip.install();
  EXPECT_EQ(client.connects(2049, "60"), Sees::refusal);  // also while it is shut
  of_another_vip.open(host.uptime(), Validity::shortest);
  EXPECT_EQ(client.connects(2049, "60"), Sees::refusal);
  Gate of_ipv6 = gate_of(host, cluster("fd00::64"));
  of_ipv6.install();
  EXPECT_EQ(client.connects(2049, "60"), Sees::refusal);
}

TEST_F(GateTest, is_open_as_long_as_somebody_says_so) {
  serve(2049);
  gate.install();
  EXPECT_EQ(client.connects(2049, "1"), Sees::silence);
  EXPECT_EQ(while_open(2049), Sees::service);
  host.sleep(2 * Validity::shortest);
  EXPECT_EQ(client.connects(2049, "1"), Sees::silence);
}

TEST_F(GateTest, does_not_open_for_what_was_verified_too_long_ago) {
  serve(2049);
  gate.install();
  gate.open(host.uptime() - Validity::shortest, Validity::shortest);
  EXPECT_EQ(client.connects(2049, "1"), Sees::silence);
}

TEST_F(GateTest, is_shut_at_once) {
  serve(2049);
  gate.install();
  EXPECT_EQ(while_open(2049), Sees::service);
  gate.open(host.uptime(), Validity::shortest);
  gate.close();
  EXPECT_EQ(client.connects(2049, "1"), Sees::silence);
  gate.open(host.uptime(), Validity::shortest);
  gate.refuse_requests();
  EXPECT_EQ(client.connects(2049, "1"), Sees::silence);
}

TEST_F(GateTest, that_is_installed_again_stays_as_it_is) {
  serve(2049);
  gate.install();
  gate.install();
  EXPECT_EQ(client.connects(2049, "1"), Sees::silence);
  EXPECT_EQ(while_open(2049), Sees::service);
}

TEST_F(GateTest, leaves_the_loopback_interface_to_the_keeper) {
  serve(2049);
  gate.install();
  EXPECT_EQ(host.run({"timeout", "60", "socat", "-u", "OPEN:/dev/null", "TCP:127.0.0.1:2049"}).exit_code, 0);
}

// Which virtual router's advertisement is the first to come in, of these that the neighbour sends.
int first_heard(Neighbour& neighbour, const std::vector<int>& routers) {
  const UniqueFd vrrp(socket(AF_INET, SOCK_RAW, 112));
  for (const int router : routers)
    neighbour.must_run(
        {"bash", "-c",
         fmt::format("printf '\\x31\\x{:02x}' | socat -u STDIN IP4-SENDTO:10.99.0.1:112", router)});
  unsigned char packet[128];
  const ssize_t length = recv(vrrp.get(), packet, sizeof packet, 0);
  return length >= static_cast<ssize_t>(sizeof(ip)) + 2 ? packet[sizeof(ip) + 1] : -1;
}

TEST_F(GateTest, lets_no_stranger_speak_vrrp) {
  EXPECT_EQ(first_heard(client, {51, 52}), 51);
  gate.install();
  EXPECT_EQ(first_heard(client, {51, 52}), 52);  // another keepalived's
  const ClusterConfig joined = cluster("10.99.0.1", "10.99.0.2");
  gate.hear(joined, joined.servers.front());
  EXPECT_EQ(first_heard(client, {51, 52}), 51);
}

TEST_F(GateTest, hears_all_whom_the_group_hears) {
  ClusterConfig config = cluster("10.99.0.1");
  config.advertise = Advertise::multicast;
  gate.hear(config, config.servers.front());
  EXPECT_EQ(first_heard(client, {51, 52}), 51);
}

TEST(Nft, tells_why_it_refuses) {
  LinuxHost host;
  const std::string why = error_of([&] { host.nft("add rule inet no_such_table chain drop\n"); });
  EXPECT_TRUE(why.starts_with("nftables refuses: ")) << why;
  EXPECT_NE(why.find("no_such_table"), std::string::npos) << why;
}

}  // namespace
}  // namespace pnfs_ha
