// A takeover beside what another server has left, and what others have in its way.
#include "agent_scene.h"
#include "server/validity.h"

namespace pnfs_ha {
namespace {

class LeftBehindTest : public AgentTest {
 protected:
  // beta is gone, and an agent before this one died when its takeover came to this step.
  void agent_died_in(StepId step) {
    struct Died {};
    host.disconnect_peer();
    host.give_vip(true);
    Server server(host, two_servers());
    const auto die = [step](const std::string&, const Act& act, Sequence::Event, const std::string&) {
      if (act.id == step) throw Died();
    };
    ASSERT_THROW(takeover(server).run(die), Died);
  }
};

// I3: beta, slow LUN, declared 12 s, was preempted at `taken`, hangs with its gate open for up to 12 s more. alpha's agent
// dies in the takeover while it waits for that; the next one takes over again.
TEST_F(LeftBehindTest, a_takeover_after_one_that_died_waits_out_what_was_declared) {
  become_standby();
  host.files[Validity::file] = "12000\n";
  std::optional<Host::Duration> taken;
  host.lun.meanwhile = [&](const ScsiCommand& command) {
    if (command.cdb.at(0) == 0x5f && command.cdb.at(1) == 5 && !taken) taken = host.uptime();
  };
  agent_died_in(StepId::await_proofs);
  ASSERT_TRUE(taken);
  start();
  agent->notified(Vrrp::master);
  for (int i = 0; i < 400 && host.nfsd_threads == 0; ++i) tick();
  ASSERT_NE(host.nfsd_threads, 0);
  EXPECT_TRUE(host.gate_is_open());
  EXPECT_GE((host.uptime() - *taken).count(), 12000);
}

// A list that the server before left is for the next takeover, also where the first one ended in the middle.
TEST_F(LeftBehindTest, the_list_of_connections_outlives_an_agent_that_died_in_a_takeover) {
  become_standby();
  const std::string list = R"({"format":1,"clients":[{"address":"10.0.0.7","port":700}]})";
  host.files[Connections::file] = list;
  agent_died_in(StepId::start_nfsd);
  ASSERT_EQ(host.text(Connections::file), list);
  start();
  tick();
  EXPECT_NE(host.text(Connections::file).find("10.0.0.7"), std::string::npos) << host.text(Connections::file);
}

// /etc/exports: "/srv/my dir" 10.0.0.0/8(fsid=0), and /srv/six fd00::/64(fsid=0). exportfs(8) answers both with 1 (tried).
TEST_F(LeftBehindTest, a_root_of_others_that_exportfs_does_not_withdraw_ends_no_takeover) {
  become_standby();
  host.files["/var/lib/nfs/etab"] =
      "/srv/pnfs-ha/export\t10.0.0.0/24(rw,pnfs,fsid=0)\n/srv/six\tfd00::/64(ro,fsid=0,anonuid=1)\n";
  host.fail("exportfs -u fd00::/64:/srv/six", FakeHost::Times::always);
  be_elected();
  EXPECT_EQ(role(), "active") << status()["reason"];
}

}  // namespace
}  // namespace pnfs_ha
