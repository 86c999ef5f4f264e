// An agent on a simulated server, alpha.
#pragma once

#include "agent/agent.h"
#include "report/health.h"
#include "scene.h"

namespace pnfs_ha {

using nlohmann::json;
using std::chrono::seconds;

const std::string track = "write /run/pnfs-ha/out-of-election";
const std::string challenge = "REGISTER AND IGNORE EXISTING KEY 0x7048430000000001";

class AgentTest : public testing::Test {
 protected:
  Scene names;  // of the plan's steps
  FakeHost host;
  int alive = 0;
  std::unique_ptr<Agent> agent;

  void start(const ClusterConfig& config = two_servers()) {
    agent = std::make_unique<Agent>(host, config, [this](seconds) { ++alive; });
    host.changes.clear();
  }

  void tick(int times = 1) {
    for (int i = 0; i < times; ++i) {
      agent->tick();
      host.pass(agent->interval());
    }
  }

  // Ticks for this long; what was changed besides the gate.
  Lines changes_in(std::chrono::milliseconds time) {
    host.changes.clear();
    const Host::Duration end = host.uptime() + time;
    while (host.uptime() < end) tick();
    std::erase(host.changes, "open the gate");
    return host.changes;
  }

  // beta and alpha boot after a loss of power, without a link between them; `holder` served last.
  void cold_start(const std::string& holder) {
    host.lun.registered = {{beta_port, beta_key}, {alpha_port, alpha_key}, {client_port, client_key}};
    host.lun.held = FakeLun::Held{holder};
    start();
    tick();
  }

  // Until alpha is standby beside an active beta.
  void become_standby() {
    let_beta_be_active(host);
    start();
    tick();
    host.finish_resync();
    tick();
    host.changes.clear();
  }

  // beta dies, and VRRP elects alpha.
  void be_elected() {
    host.disconnect_peer();
    host.give_vip(true);
    agent->notified(Vrrp::master);
  }

  // … and until beta died and alpha was elected.
  void become_active() {
    become_standby();
    be_elected();
    host.changes.clear();
  }

  // Ticks for this long; how often the gate was found shut, looked at twenty times a second.
  int shut_within(std::chrono::milliseconds time) {
    int shut = 0;
    for (const Host::Duration end = host.uptime() + time; host.uptime() < end;) {
      agent->tick();
      const Host::Duration next = host.uptime() + agent->interval();
      for (; host.uptime() < next; host.pass(std::chrono::milliseconds(50)))
        shut += host.gate_is_open() ? 0 : 1;
    }
    return shut;
  }

  // nfsd's list of clients: one, the client of the scenes.
  void client_is(const std::string& status, int seconds_since_renewal) {
    host.nfs_clients = {"3"};
    host.files["/proc/fs/nfsd/clients/3/info"] =
        "clientid: 0x000000076a5f3c11\naddress: \"10.0.0.21:779\"\nstatus: " + status +
        "\nseconds from last renew: " + std::to_string(seconds_since_renewal) + "\nname: \"c\"\n";
  }

  json status() const { return json::parse(host.text(status_file)); }
  Verdict health() const { return health_of(status_from_json(status())); }
  std::string role() const { return status()["role"]; }
  bool stands() const { return host.text(Election::track_file) != " 1\n"; }
  Lines what_happens(const std::function<void()>& act) {
    host.changes.clear();
    act();
    return host.changes;
  }
};

}  // namespace pnfs_ha
