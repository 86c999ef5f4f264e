// An agent that waits for a call, in an act for which clients wait, beside a server that is ready.
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

class WaitingAgentTest : public AgentTest {
 protected:
  void be_active_beside_a_ready_peer() {
    become_active();
    host.connect_peer({});
    host.finish_resync();
    tick();
  }
};

// Calls have limits of their own, up to a minute; whoever waits for the service should not.
TEST_F(WaitingAgentTest, waits_no_longer_than_clients_should_where_another_server_is_ready) {
  be_active_beside_a_ready_peer();
  host.stick("stop pnfs-ha-fencer.service");
  const Host::Duration begin = host.uptime();
  EXPECT_THROW(agent->stop(), FakeHost::Rebooted);
  EXPECT_LE(host.uptime() - begin, seconds(18));
}

TEST_F(WaitingAgentTest, waits_no_longer_in_a_takeover_either) {
  become_standby();
  host.connect_peer({});  // beta let go
  host.give_vip(true);
  host.stick("start pnfs-ha-fencer.service");
  const Host::Duration begin = host.uptime();
  EXPECT_THROW(agent->notified(Vrrp::master), FakeHost::Rebooted);
  EXPECT_LE(host.uptime() - begin, seconds(18));
}

// Found by outage_soak --seed 20261128: it rebooted for a server that had died meanwhile.
TEST_F(WaitingAgentTest, does_not_reboot_for_a_server_that_died_meanwhile) {
  become_standby();
  host.connect_peer({});
  host.give_vip(true);
  host.stick("start pnfs-ha-fencer.service");
  host.at(seconds(5), [&] { host.disconnect_peer(); });
  const Host::Duration begin = host.uptime();
  EXPECT_THROW(agent->notified(Vrrp::master), FakeHost::Rebooted);
  EXPECT_GE(host.uptime() - begin, seconds(59));  // the call's own limit
}

// Who waited for the gate to shut came by the gate again, and so on.
TEST_F(WaitingAgentTest, reboots_beside_a_ready_peer_although_the_gate_is_stuck) {
  be_active_beside_a_ready_peer();
  host.stick("set /proc/fs/nfsd/threads to 0");
  host.stick("shut the gate");
  EXPECT_THROW(agent->stop(), FakeHost::Rebooted);
  EXPECT_EQ(host.changes.back(), "reboot");
}

}  // namespace
}  // namespace pnfs_ha
