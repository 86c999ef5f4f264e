// An agent on a simulated server, alpha.
#pragma once

#include "agent/agent.h"
#include "report/health.h"
#include "scene.h"

namespace pnfs_ha {

using nlohmann::json;
using std::chrono::seconds;

const std::string track = "write /run/pnfs-ha/out-of-election";

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
