// What an agent remembers of what it has seen.
#include "agent/observer.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

using std::chrono::seconds;

TEST(Observer, counts_a_peer_as_gone_until_it_is_connected) {
  FakeHost host;
  host.modules.insert("drbd");
  host.files["/sys/block/zram0/disksize"] = "134217728\n";
  Server server(host, two_servers());
  Observer observer(server);
  const auto gone_for = [&](const char* connection) {
    host.mirror.connection = connection;
    return observer.look({}).peer_gone_for;
  };
  EXPECT_EQ(gone_for("WFReportParams"), Host::Duration(0));  // it was never gone
  gone_for("WFConnection");
  host.pass(seconds(30));
  for (const char* state : {"Unconnected", "WFReportParams", "NetworkFailure", "WFConnection"})
    EXPECT_GE(gone_for(state), seconds(30)) << state;
  EXPECT_EQ(gone_for("Connected"), Host::Duration(0));
  EXPECT_LT(gone_for("WFConnection"), seconds(1));
}

// A gateway need not answer; and there is no other server that clients could reach.
TEST(Observer, asks_no_witness_for_the_only_server) {
  FakeHost host;
  host.files["/proc/net/route"] = "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n";
  host.silent_addresses = {"10.0.0.1"};
  Server lone(host, one_server()), one_of_two(host, two_servers());
  EXPECT_TRUE(Observer(lone).look({.vrrp = Vrrp::master}).witness_answers);
  EXPECT_FALSE(Observer(one_of_two).look({.vrrp = Vrrp::master}).witness_answers);
}

}  // namespace
}  // namespace pnfs_ha
