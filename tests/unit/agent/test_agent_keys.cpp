// The servers' keys: who is registered as if it served, and what an agent does about another that is.
#include "agent_scene.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;

// What nfsd does to the LUN when a client asks for the device. The appliance's only reads.
enum class Nfsd { of_the_appliance, stock };

void get_device_info(Nfsd nfsd, FakeLun& lun, const FakeLun::Port& port) {
  if (nfsd == Nfsd::of_the_appliance) return;
  send(lun, port, pr::Action::register_and_ignore_existing_key, 0, nfsd_key);
  send(lun, port, pr::Action::reserve, nfsd_key, 0);
}

ClusterConfig cluster_with(Nfsd nfsd) {
  ClusterConfig config = two_servers();
  config.stock_nfsd_may_lose_data = nfsd == Nfsd::stock;
  return config;
}

// alpha takes over; its clients ask beta, which was frozen and goes on, whenever alpha sends the LUN a
// command, and beta's agent tries what a release tries. Whether both could write at any moment.
bool both_could_write(Nfsd nfsd) {
  const auto s = widowed(cluster_with(nfsd));
  FakeLun& lun = s->host.lun;
  if (nfsd == Nfsd::stock) {
    s->host.be_stock_nfsd();
    for (FakeLun::Registered& r : lun.registered)
      if (r.port == beta_port) r.key = nfsd_key;
  }
  bool inside = false, both = false;
  int asked = 0;
  lun.meanwhile = [&](const ScsiCommand&) {
    if (inside || !lun.held || lun.held->port != alpha_port) return;
    inside = true;
    // Not at every moment: where it finds the other one before the mount, it goes no further.
    const bool read_write = s->server.lun.access() == Access::read_write;
    if (read_write || nfsd == Nfsd::of_the_appliance || ++asked <= 2) get_device_info(nfsd, lun, beta_port);
    send(lun, beta_port, pr::Action::register_key, beta_serving, beta_key);
    both |= read_write && lun.may_access(beta_port);
    inside = false;
  };
  const std::string error = error_of([&] { takeover(s->server).run(nobody); });
  EXPECT_EQ(error.empty(), nfsd == Nfsd::of_the_appliance) << error;
  return both;
}

TEST(Keys, a_preempted_server_whose_nfsd_answers_stays_out) {
  EXPECT_FALSE(both_could_write(Nfsd::of_the_appliance));
  EXPECT_TRUE(both_could_write(Nfsd::stock));  // what --stock-nfsd-may-lose-data risks
}

class AgentKeysTest : public AgentTest {
 protected:
  const std::string intruder = "0x0100000000000000 iqn.2026-01.org.example:beta,i,0x00023d000001";
  const std::string contender = "0x7048530000000002 iqn.2026-01.org.example:beta,i,0x00023d000001";

  // Ticks for this long; what was changed.
  Lines changes_in(milliseconds time) {
    host.changes.clear();
    const Host::Duration end = host.uptime() + time;
    while (host.uptime() < end) tick();
    return host.changes;
  }
  void a_client_is_known() {
    host.nfs_clients = {"3"};
    host.files["/proc/fs/nfsd/clients/3/info"] =
        "clientid: 0x000000076a5f3c11\naddress: \"10.0.0.21:779\"\nstatus: confirmed\n"
        "seconds from last renew: 3\nname: \"c\"\n";
  }
  bool is_registered(const std::string& line) {
    const Lines all = host.lun.text();
    return std::ranges::find(all, line) != all.end();
  }
};

TEST_F(AgentKeysTest, removes_a_server_that_lets_itself_in_before_it_serves_on) {
  become_active();
  a_client_is_known();
  tick(4);
  get_device_info(Nfsd::stock, host.lun, beta_port);
  EXPECT_TRUE(is_registered(intruder));
  EXPECT_EQ(what_happens([&] { tick(); }),
            Lines{"PREEMPT AND ABORT 0x0100000000000000 with 0x7048530000000001"});
  EXPECT_EQ(status()["reason"], "another server's nfsd let itself in");
  EXPECT_EQ(status()["fenced"][0]["why"], "a server is registered as if it served");
  EXPECT_EQ(what_happens([&] { tick(); }), Lines{"open the gate"});
  EXPECT_FALSE(host.lun.may_access(beta_port));
}

TEST_F(AgentKeysTest, removes_it_also_where_both_have_stock_nfsds_key) {
  let_beta_be_active(host);
  host.lun.registered.front().key = nfsd_key;
  host.be_stock_nfsd();
  start(cluster_with(Nfsd::stock));
  tick();
  host.finish_resync();
  tick();
  host.disconnect_peer();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  EXPECT_EQ(role(), "active");
  get_device_info(Nfsd::stock, host.lun, beta_port);
  tick();
  EXPECT_FALSE(is_registered(intruder));
  EXPECT_TRUE(is_registered("0x0100000000000000 iqn.2026-01.org.example:alpha,i,0x00023d000001 *"));
  EXPECT_EQ(what_happens([&] { tick(); }), Lines{"open the gate"});
}

TEST_F(AgentKeysTest, shuts_the_gate_while_it_cannot_remove_it_and_leaves_if_that_lasts) {
  become_active();
  a_client_is_known();
  get_device_info(Nfsd::stock, host.lun, beta_port);
  host.fail("PREEMPT");
  changes_in(milliseconds(1500));
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_EQ(role(), "active");
  changes_in(seconds(10));
  EXPECT_EQ(role(), "standby");
  EXPECT_FALSE(stands());
}

// It was elected: to remove it at once could keep it out for ever.
TEST_F(AgentKeysTest, does_not_serve_while_another_server_takes_over_and_goes_when_it_has) {
  become_active();
  a_client_is_known();
  host.lun.registered.push_back({beta_port, beta_serving});
  EXPECT_EQ(changes_in(seconds(2)), Lines{});
  EXPECT_FALSE(host.gate_is_open());
  EXPECT_EQ(status()["reason"], "another server takes over");
  ASSERT_TRUE(send(host.lun, beta_port, pr::Action::preempt_and_abort, beta_serving, alpha_serving));
  EXPECT_THROW(agent->tick(), FakeHost::Rebooted);
}

TEST_F(AgentKeysTest, goes_on_when_the_other_server_gives_up) {
  become_active();
  a_client_is_known();
  host.lun.registered.push_back({beta_port, beta_serving});
  EXPECT_EQ(changes_in(seconds(1)), Lines{});
  host.lun.registered.back().key = beta_key;
  EXPECT_EQ(what_happens([&] { tick(); }), Lines{"open the gate"});
  EXPECT_EQ(status()["reason"], "");
}

TEST_F(AgentKeysTest, removes_a_server_that_died_while_it_took_over) {
  become_active();
  a_client_is_known();
  host.lun.registered.push_back({beta_port, beta_serving});
  changes_in(limits::taking - milliseconds(100));
  EXPECT_TRUE(is_registered(contender));
  EXPECT_EQ(changes_in(milliseconds(500)).front(),
            "PREEMPT AND ABORT 0x7048530000000002 with 0x7048530000000001");
  EXPECT_TRUE(host.gate_is_open());
}

// --- what an agent leaves behind that dies in the middle ---

TEST_F(AgentKeysTest, a_server_that_rebooted_while_it_served_is_a_standby_again) {
  for (const bool still_holds : {true, false}) {
    host.lun.registered = {{alpha_port, alpha_serving}, {beta_port, beta_key}};
    host.lun.held = FakeLun::Held{still_holds ? alpha_port : beta_port};
    start();
    tick();
    EXPECT_EQ(role(), "standby");
    EXPECT_EQ(host.lun.text().front(),
              std::string("0x7048410000000001 iqn.2026-01.org.example:alpha,i,0x00023d000001") +
                  (still_holds ? " *" : ""));
  }
}

TEST_F(AgentKeysTest, an_agent_that_died_in_a_takeover_leaves_a_standby_to_the_next) {
  become_standby();
  host.disconnect_peer();
  Scene scene;
  const Lines acts = takeover(scene.server).acts();
  for (std::size_t last = 1; last < acts.size(); ++last) {
    SCOPED_TRACE(acts[last]);
    FakeHost machine;
    let_beta_be_active(machine);
    Server server(machine, two_servers());
    bring_up(server).run(nobody);
    machine.finish_resync();
    machine.disconnect_peer();
    struct Died {};
    const auto dies = [&](const std::string&, const Act& act, Sequence::Event event, const std::string&) {
      if (event == Sequence::Event::started && act.name() == acts[last]) throw Died();
    };
    EXPECT_THROW(takeover(server).run(dies), Died);
    Agent next(machine, two_servers(), [](seconds) {});
    next.tick();
    const std::string role = json::parse(machine.text(status_file))["role"];
    if (role == "active") continue;  // all but the gate was done: it goes on
    EXPECT_EQ(role, "standby");
    const Lines keys = machine.lun.text();
    EXPECT_EQ(keys.back().substr(0, 18), "0x7048410000000001");
    EXPECT_EQ(machine.text("/sys/module/nfsd/parameters/mds_pr_key"), "0\n");
  }
}

TEST_F(AgentKeysTest, recover_does_not_register_a_server_that_is_mounted_read_write) {
  become_active();
  host.lun.registered = {{"iqn.backup,i,0x1", 0xabc}};
  host.lun.held = FakeLun::Held{"iqn.backup,i,0x1"};
  EXPECT_EQ(agent->answer({{"verb", "recover"}}, Origin::local)["interventions"], json::array());
}

}  // namespace
}  // namespace pnfs_ha
