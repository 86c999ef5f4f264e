// Whether a configuration fits the machine that it is on.
#include "config/cluster_config.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

TEST(Machine, fits_the_configuration_or_says_what_does_not) {
  const FakeHost host;
  const auto why = [&](const std::function<void(ClusterConfig&)>& change) {
    ClusterConfig config = two_servers();
    change(config);
    return error_of([&] { require_fits_machine(config, host); });
  };
  EXPECT_EQ(why([](ClusterConfig&) {}), "");
  EXPECT_EQ(why([](ClusterConfig& c) { c.interface = "eth9"; }),
            "interface eth9 does not exist or has no address");
  EXPECT_EQ(why([](ClusterConfig& c) { c.interface = "eth1"; }),
            "the VIP 10.0.0.100/24 is in no network of eth1");
  EXPECT_EQ(why([](ClusterConfig& c) { c.vip.address = "10.0.9.100"; }),
            "the VIP 10.0.9.100/24 is in no network of eth0");
  EXPECT_EQ(why([](ClusterConfig& c) { c.vip = parse_network("fd00::64/64"); }),
            "the VIP fd00::64/64 is in no network of eth0");
  EXPECT_EQ(why([](ClusterConfig& c) { c.servers[0].address = "10.0.0.13"; }),
            "10.0.0.13 is not an address of this server");
  EXPECT_EQ(why([](ClusterConfig& c) { c.servers[0].replication_address = "10.1.0.13"; }),
            "10.1.0.13 is not an address of this server");
  // Its address for the mirror.
  EXPECT_EQ(why([](ClusterConfig& c) { c.servers[0].address = "10.1.0.11"; }),
            "the servers' addresses are to carry VRRP, and 10.1.0.11 is not one of eth0 like the VIP");
  EXPECT_EQ(why([](ClusterConfig& c) {
              c.servers[0].address = "10.1.0.11";
              c.advertise = Advertise::multicast;
            }),
            "");
  EXPECT_NE(why([](ClusterConfig& c) {
              c.servers[0].name = "gamma";
              c.servers[0].replication_address = "10.1.0.13";
            }).find("this server, alpha, is not one of"),
            std::string::npos);
  EXPECT_EQ(why([](ClusterConfig& c) { c.servers[0].name = "gamma"; }), "");
}

TEST(NetworkOf, contains_addresses_of_its_family) {
  const Network v4 = parse_network("10.0.3.100/22"), v6 = parse_network("fd00::64/63");
  EXPECT_TRUE(v4.contains("10.0.0.1"));
  EXPECT_FALSE(v4.contains("10.0.4.1"));
  EXPECT_FALSE(v4.contains("fd00::1"));
  EXPECT_FALSE(v4.contains("rubbish"));
  EXPECT_TRUE(v6.contains("fd00:0:0:1::1"));
  EXPECT_FALSE(v6.contains("fd00:0:0:2::1"));
  EXPECT_EQ(v6.text(), "fd00::64/63");
}

}  // namespace
}  // namespace pnfs_ha
