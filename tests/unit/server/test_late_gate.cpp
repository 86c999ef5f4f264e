// A gate that somebody else keeps from moving for a moment.
#include <utility>

#include "scene.h"
#include "server/validity.h"

namespace pnfs_ha {
namespace {

// Somebody else's large ruleset is being loaded.
class LateFirewall : public FakeHost {
 public:
  Duration late{0}, always_late{0};
  void nft(const std::string& ruleset) override {
    sleep(std::exchange(late, always_late));
    FakeHost::nft(ruleset);
  }
};

class LateGateTest : public testing::Test {
 protected:
  LateGateTest() { gate.install(); }

  LateFirewall host;
  const ClusterConfig config = two_servers();
  Gate gate{host, config, config.servers.front()};
};

TEST_F(LateGateTest, is_open_until_the_proof_is_too_old) {
  const Host::Duration asked_at = host.uptime();
  host.late = std::chrono::milliseconds(600);
  EXPECT_TRUE(gate.open(asked_at, Validity::shortest));
  EXPECT_TRUE(host.gate_is_open());
  host.pass(std::chrono::milliseconds(410));
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_FALSE(gate.open(asked_at, Validity::shortest));
}

// A slow machine: each call takes long.
TEST_F(LateGateTest, opens_although_each_call_is_slow) {
  host.late = host.always_late = std::chrono::milliseconds(150);
  EXPECT_TRUE(gate.open(host.uptime(), Validity::shortest));
  EXPECT_TRUE(host.gate_is_open());
}

TEST_F(LateGateTest, that_is_opened_too_late_is_shut_again) {
  host.late = std::chrono::milliseconds(1500);
  EXPECT_FALSE(gate.open(host.uptime(), Validity::shortest));
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_FALSE(host.replies_leave());
}

}  // namespace
}  // namespace pnfs_ha
