// A rack with the active and fifty clients loses its power, and the array needs its time for a PREEMPT AND
// ABORT: agent and fencer on one clock, as two processes.
#include "agent/fencer.h"
#include "agent_scene.h"
#include "nfsd_scene.h"

namespace pnfs_ha {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t dead = 50, living = 100;

class ManyClients : public AgentTest, public testing::WithParamInterface<int> {
 protected:
  void clients_come_back() {
    for (std::uint32_t number = dead + 1; number <= dead + living; ++number) {
      host.nfs_clients.push_back(std::to_string(number));
      host.files["/proc/fs/nfsd/clients/" + std::to_string(number) + "/info"] = fmt::format(
          "clientid: {:#x}\naddress: \"10.0.1.{}:779\"\nstatus: confirmed\nseconds from last renew: 1\n"
          "name: \"client {}\"\n",
          std::uint64_t{number} << 32 | present_start_second, number, number);
      if (number % 2 == 0)  // the others do no direct I/O for a while
        for (auto& r : host.lun.registered)
          if (r.port == port_of(number)) r.key = present_key(number);
    }
  }

  // The agent ticks on, whatever the fencer waits for; nobody may see the gate shut.
  void agent_ticks() {
    agent->tick();
    host.at(agent->interval(), [this] { agent_ticks(); });
  }
  void watch_gate() {
    if (!host.gate_is_open()) ++moments_shut;
    host.at(milliseconds(50), [this] { watch_gate(); });
  }

  int moments_shut = 0;
};

TEST_P(ManyClients, the_dead_are_fenced_no_living_one_is_and_the_gate_stays_open) {
  std::string journal;
  become_standby();
  for (std::uint32_t number = 1; number <= dead + living; ++number) {
    host.lun.registered.push_back({port_of(number), previous_key(number)});
    journal += fmt::format(R"({}"{:016x}": {{"client": "client {}", "address": "10.0.1.{}:779"}})",
                           journal.empty() ? "{" : ", ", previous_key(number), number, number);
  }
  host.files["/var/lib/nfs/nfsdcld/pnfs-ha-keys-6a5f3c11.json"] = journal + "}";
  host.files["/proc/fs/nfsd/v4_end_grace"] = "N\n";
  host.disconnect_peer();
  host.give_vip(true);
  agent->notified(Vrrp::master);
  ASSERT_EQ(role(), "active");
  clients_come_back();
  std::erase_if(host.lun.registered, [](const auto& r) { return r.port == client_port; });
  host.lun.meanwhile = [&](const ScsiCommand& command) {
    if (command.cdb[0] == 0x5f) host.pass(milliseconds(GetParam()));
  };
  agent_ticks();
  watch_gate();

  Fencer fencer(host, two_servers());
  const Host::Duration began = host.uptime();
  bool over = false;
  while (host.uptime() - began < seconds(90)) {
    if (!over && host.uptime() - began >= seconds(15)) {
      host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
      over = true;
    }
    const Fencer::Next next = fencer.round();
    if (next == Fencer::Next::pause) host.pass(Fencer::pause);
    if (next == Fencer::Next::short_pause) host.pass(Fencer::short_pause);
  }
  EXPECT_EQ(moments_shut, 0);
  EXPECT_EQ(host.lun.registered.size(), living + 1);
  for (std::uint32_t number = dead + 1; number <= dead + living; ++number)
    EXPECT_TRUE(
        std::ranges::any_of(host.lun.registered, [&](const auto& r) { return r.port == port_of(number); }));
  EXPECT_EQ(host.text("/sys/module/nfsd/parameters/keep_blocks"), "N\n");
  EXPECT_EQ(status()["fencing"]["strangers"], json::array());
  EXPECT_EQ(status()["fenced"].size(), Fencer::fenced_kept);
}

INSTANTIATE_TEST_SUITE_P(Milliseconds, ManyClients, testing::Values(100, 200, 500));

}  // namespace
}  // namespace pnfs_ha
