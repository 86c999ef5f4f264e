// IPv6 addresses can be written in several ways; the kernel has one.
#include <gtest/gtest.h>
#include <spdlog/fmt/fmt.h>

#include "config/cluster_config.h"
#include "error_of.h"
#include "fake/fake_host.h"
#include "server/election.h"

namespace pnfs_ha {
namespace {

TEST(SpellingOfAddresses, of_the_vip_does_not_matter) {
  FakeHost host;
  host.networks.push_back({"eth0", "fd00::100", 64});
  for (const char* spelling : {"fd00::100", "FD00::100", "fd00:0:0::0100"})
    EXPECT_TRUE(Election(host, spelling, "eth0").vip_present()) << spelling;
  EXPECT_FALSE(Election(host, "fd00::101", "eth0").vip_present());
}

TEST(SpellingOfAddresses, of_a_server_does_not_matter) {
  FakeHost host;
  host.networks.push_back({"eth0", "fd00::11", 64});
  ClusterConfig config = one_server();
  config.servers.front().address = "FD00:0::11";
  config.advertise = Advertise::multicast;  // which may be of another family than the servers' addresses
  EXPECT_EQ(error_of([&] { require_fits_machine(config, host); }), "");
}

TEST(SpellingOfAddresses, does_not_make_one_address_two) {
  ClusterConfig config = two_servers();
  config.servers[0].address = "fd00::11";
  config.servers[1].address = "fd00:0::11";
  EXPECT_NE(error_of([&] { parse_cluster_config(to_toml(config)); }).find("is used twice"),
            std::string::npos);
}

// It would be dead when it is asked.
TEST(SpellingOfAddresses, does_not_make_a_server_a_witness) {
  for (const char* address : {"10.0.0.11", "10.1.0.12", "FD00:0::11"}) {
    ClusterConfig config = two_servers();
    config.servers[0].replication_address = "fd00::11";
    config.witnesses = {"10.0.0.1", address};
    EXPECT_NE(error_of([&] {
                parse_cluster_config(to_toml(config));
              }).find(std::string(address) + " is a server of this cluster"),
              std::string::npos);
  }
}

// exportfs(8) refuses both lines of a network that has two.
TEST(SpellingOfAddresses, does_not_make_one_network_two) {
  ClusterConfig config = two_servers();
  for (const auto& allow :
       {std::vector<std::string>{"fd00::/64", "FD00:0::1/64"}, {"10.0.0.0/24", "10.0.0.9/24"}, {"*", "*"}}) {
    config.allow = allow;
    EXPECT_NE(error_of([&] { parse_cluster_config(to_toml(config)); }).find("are one network"),
              std::string::npos);
  }
  config.allow = {"10.0.0.0/24", "10.0.0.0/25", "fd00::/64", "*"};
  EXPECT_EQ(error_of([&] { parse_cluster_config(to_toml(config)); }), "");
}

}  // namespace
}  // namespace pnfs_ha
