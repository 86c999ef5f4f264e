// How servers become a cluster and tell of it: keepalived's words, joining.
#include <algorithm>

#include "agent/agent.h"
#include "control/token.h"
#include "scene.h"
#include "server/election.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

// --- election ---

TEST(Notification, lines_of_keepalived) {
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" MASTER 100"), Vrrp::master);
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" BACKUP 100"), Vrrp::backup);
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" FAULT 100"), Vrrp::fault);
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" STOP 100"), Vrrp::fault);
  EXPECT_EQ(parse_notification("INSTANCE \"pnfs-ha\" DELETED 100"), Vrrp::fault);
  for (const char* line :
       {"", "INSTANCE", "INSTANCE \"pnfs-ha\"", "INSTANCE \"pnfs-ha\" MASTER_RX_LOWER_PRI 100",
        "INSTANCE \"pnfs-ha\" master 100", "INSTANCE \"other\" MASTER 100", "INSTANCE pnfs-ha MASTER 100",
        "GROUP \"pnfs-ha\" MASTER 0", "rubbish \"pnfs-ha\" MASTER 100"})
    EXPECT_EQ(parse_notification(line), std::nullopt) << line;
}

TEST(ElectionTest, is_joined_without_standing) {
  FakeHost host;
  Election election(host, "10.0.0.100", "eth0");
  election.join();
  EXPECT_EQ(host.changes, (Lines{"write /run/pnfs-ha/out-of-election", "start pnfs-ha-keepalived.service"}));
  EXPECT_EQ(host.text(Election::track_file), " 1\n");
  election.stand();
  election.stand();
  EXPECT_EQ(host.text(Election::track_file), " 0\n");
  election.join();  // a candidate stays one
  EXPECT_EQ(host.text(Election::track_file), " 0\n");
  election.stand_down();
  EXPECT_EQ(host.text(Election::track_file), " 1\n");
  EXPECT_EQ(host.changes.size(), 4U);
}

TEST(ElectionTest, knows_where_the_vip_is) {
  FakeHost host;
  const Election election(host, "10.0.0.100", "eth0");
  EXPECT_FALSE(election.vip_present());
  host.networks.push_back({"eth1", "10.0.0.100", 24});
  EXPECT_FALSE(election.vip_present());
  host.give_vip(true);
  EXPECT_TRUE(election.vip_present());
}

// --- join ---

TEST(Join, token_is_good_for_an_hour) {
  FakeHost host;
  EXPECT_THROW(require_join_token(host, ""), Error);
  const std::string token = issue_join_token(host);
  EXPECT_EQ(token, "c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5");
  EXPECT_EQ(host.text("/etc/pnfs-ha/join-token"), token + " 1800003600\n");
  EXPECT_EQ(join_command(two_servers(), host, token), "pnfs-ha join 10.0.0.11 --token " + token);
  host.clock += 3600;
  EXPECT_EQ(error_of([&] { require_join_token(host, token); }), "");
  EXPECT_NE(error_of([&] { require_join_token(host, token.substr(1)); }), "");
  EXPECT_NE(error_of([&] { require_join_token(host, ""); }), "");
  host.clock += 1;
  EXPECT_EQ(error_of([&] { require_join_token(host, token); }),
            "the token is wrong, used up or older than an hour");
}

TEST(Join, unreadable_token_file_lets_nobody_in) {
  FakeHost host;
  for (const char* text : {"", "\n", "word", " 1800003600", "word x"}) {
    host.files["/etc/pnfs-ha/join-token"] = text;
    for (const char* token : {"", "word", "1800003600"})
      EXPECT_THROW(require_join_token(host, token), Error) << text << " / " << token;
  }
}

TEST(Join, adds_a_server_with_the_next_id) {
  ServerConfig beta = two_servers().servers[1];
  beta.id = 0;
  EXPECT_EQ(with_server(one_server(), beta), two_servers());
  ClusterConfig gap = one_server();
  gap.servers[0].id = 7;
  EXPECT_EQ(with_server(gap, beta).servers[1].id, 8);
}

TEST(Join, again_brings_its_addresses_up_to_date) {
  ServerConfig beta{.name = "beta", .id = 0, .address = "10.0.0.22", .replication_address = "10.1.0.22"};
  const ClusterConfig wider = with_server(two_servers(), beta);
  ASSERT_EQ(wider.servers.size(), 2U);
  EXPECT_EQ(wider.servers[1].id, 2);
  EXPECT_EQ(wider.servers[1].address, "10.0.0.22");
}

TEST(Join, refuses_a_third_server) {
  EXPECT_EQ(error_of([] {
              with_server(two_servers(),
                          {.name = "gamma", .id = 0, .address = {}, .replication_address = {}});
            }),
            "the cluster has 2 servers already, and gamma is not one of them");
}

TEST(Join, finds_the_address_towards_a_peer) {
  const FakeHost host;
  EXPECT_EQ(address_towards(host, "10.0.0.12"), "10.0.0.11");
  EXPECT_EQ(address_towards(host, "10.1.0.12"), "10.1.0.11");
  EXPECT_EQ(address_towards(host, "192.0.2.1"), "");
}

TEST(Init, takes_no_address_that_was_added_to_the_interface_later) {
  FakeHost host;
  const InterfaceAddress own = *std::ranges::find(host.networks, "10.0.0.11", &InterfaceAddress::address);
  host.networks.push_back({own.interface, "10.0.0.177", own.prefix});
  host.networks.push_back({own.interface + "2", "10.0.2.177", own.prefix});
  EXPECT_EQ(address_towards(host, "10.0.0.100", own.interface), "10.0.0.11");
  EXPECT_EQ(address_towards(host, "10.0.2.100", own.interface), "");
}

TEST(Join, server_crosses_the_network_unchanged) {
  ServerConfig beta = two_servers().servers[1];
  beta.id = 0;
  EXPECT_EQ(server_from_json(to_json(beta)), beta);
}

}  // namespace
}  // namespace pnfs_ha
