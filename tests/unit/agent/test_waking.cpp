// Who tells the clients that their server is another one, and when.
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

class Woken : public FakeHost {
 public:
  int in_time = 0, in_vain = 0;
  void tickle(const std::string& address, std::uint16_t port, const std::vector<TcpPeer>& peers) override {
    ++(gate_is_open() ? in_time : in_vain);
    FakeHost::tickle(address, port, peers);
  }
};

// A shut gate drops what a client answers, and no reset follows.
TEST(Clients, are_woken_twice_when_the_gate_is_open_however_slow_the_lun) {
  for (const int latency : {0, 300, 1000, 3000, 5000}) {
    SCOPED_TRACE(latency);
    Woken host;
    Agent agent(host, two_servers(), [](seconds) {});
    const auto tick = [&](int times) {
      for (int i = 0; i < times; ++i, host.pass(agent.interval())) agent.tick();
    };
    let_beta_be_active(host);
    agent.tick();
    host.finish_resync();
    host.lun_takes = std::chrono::milliseconds(latency);
    tick(30);
    host.files[Connections::file] = to_json(std::vector<TcpPeer>{{"10.0.0.50", 700}}).dump();
    host.disconnect_peer();
    host.give_vip(true);
    agent.notified(Vrrp::master);
    tick(120);
    EXPECT_EQ(json::parse(host.text(status_file))["role"], "active");
    EXPECT_EQ(host.in_time, 2);
    EXPECT_EQ(host.in_vain, 0);
  }
}

}  // namespace
}  // namespace pnfs_ha
