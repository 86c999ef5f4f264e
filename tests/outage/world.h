// Two servers, each with the product's real agent and keeper, a LUN, a mirror, VRRP, and time.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/cluster_config.h"
#include "judge.h"
#include "keepalived.h"
#include "log.h"
#include "machine.h"
#include "mirror_pair.h"
#include "process.h"
#include "random.h"
#include "trouble.h"

namespace pnfs_ha::outage {

// What of the product stands beside the agent.
struct Product {
  // The guard reboots a server whose agent fails, and keepalived has no master without an agent.
  bool guarded = true;
};

struct Node {
  Node(int number, std::string called, const Duration& clock)
      : index(number),
        name(std::move(called)),
        agent(name + " agent", clock),
        keeper(name + " keeper", clock),
        guard(name + " guard", clock) {}

  const int index;
  const std::string name;
  std::unique_ptr<Machine> machine;  // none: no power, or not booted yet
  Process agent, keeper, guard;      // die before the machine
  std::optional<Duration> boots_at;
  std::map<std::string, std::string> disk;  // files that outlive a boot

  Duration agent_starts_at{0}, agent_started_at{0};
  std::optional<Duration> keeper_starts_at;
  std::map<std::string, Duration> killed_units;  // by unit: when; systemd starts them again
  std::optional<Duration> fenced_since;
  bool gave_up = false;                // systemd: RestartPreventExitStatus=64
  Duration watched_until{0};           // the agent announced to systemd that it speaks before
  std::optional<Duration> step_began;  // of its takeover, the last one
  std::optional<Duration> stuck_at;    // a call of its agent was, last
  Duration switched_over_at{-std::chrono::hours(1)};

  Keepalived keepalived;
  std::optional<Vrrp> fifo;  // what the agent has not read yet
  std::deque<nlohmann::json> questions;
  std::set<std::pair<std::string, std::string>> calls_made;  // by its agent: name, what about

  struct Late {
    std::function<bool()> stuck;
    std::function<void()> act;
  };
  std::vector<Late> late;  // calls that the kernel has not given back
};

struct World {
  World(std::uint64_t seed, const Product& product);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Throws Violation.
  void pass(Duration time);

  Node& node(int index) { return nodes.at(static_cast<std::size_t>(index)); }
  const Node& node(int index) const { return nodes.at(static_cast<std::size_t>(index)); }
  Node& other(const Node& self) { return node(1 - self.index); }
  const Node& other(const Node& self) const { return node(1 - self.index); }

  bool has(Kind kind, const Node& at) const;
  bool lun_answers(const Node& at) const;
  bool reaches_lun(const Node& at) const;
  bool reaches_clients(const Node& at) const;
  bool hear_each_other() const;  // VRRP
  bool mirror_link_works() const;

  void add(Trouble trouble);
  void end_trouble(std::size_t index);

  void boot(Node& at);
  void cut_power(Node& at);  // not from one of its processes
  void reboot(Node& at, const std::string& why);
  void start_keeper(Node& at);
  void rebooting(const Node& at);                        // by the product
  void told(Node& at, const std::string& status) const;  // by the agent
  bool lasts(int number) const;                          // a trouble
  bool meet_once(int number);                            // whether it is the first call that meets it

  const Product product;
  Duration now{0};
  Random random;
  Log log;
  FakeLun lun;
  std::map<std::string, std::string> lun_files;
  MirrorPair mirror{*this};
  std::vector<Trouble> troubles;
  std::array<Node, 2> nodes;
  Judge judge;

 private:
  void step();
  void run_systemd(Node& at);
  void run_daemons(Node& at);
  void run_kernel(Node& at);
  void run_administrator(Node& at);
  void run_processes();
  void ended(Node& at, Process& process, Process::End how);
  Duration next_due() const;

  int troubles_made_ = 0;
  std::set<int> met_;
  std::optional<Violation> violation_;  // that a process found
};

// Its troubles befall a machine that has just booted.
void befall(World& world, Node& node);

}  // namespace pnfs_ha::outage
