// A server that finds itself in the configuration.
#include "scene.h"

namespace pnfs_ha {
namespace {

TEST(ClusterConfig, knows_its_own_server) {
  FakeHost beta("beta");
  const FakeHost gamma("gamma");
  EXPECT_EQ(two_servers().self(beta).id, 2);
  beta.rename("alpha");
  EXPECT_EQ(two_servers().self(beta).id, 2);
  beta.networks.clear();  // no address yet: the name decides
  EXPECT_EQ(two_servers().self(beta).id, 1);
  EXPECT_EQ(error_of([&] { two_servers().self(gamma); }),
            "/etc/pnfs-ha/cluster.toml: this server, gamma, is not one of the cluster's");
  EXPECT_EQ(two_servers().find("gamma"), nullptr);
  EXPECT_TRUE(one_server().alone());
  EXPECT_FALSE(two_servers().alone());
}

}  // namespace
}  // namespace pnfs_ha
