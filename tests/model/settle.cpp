// The other half of safety: a cluster whose faults are repaired gets an active server. One schedule, a fair
// one: each round is about a second, every agent acts once in it, VRRP elects one of those that stand.
#include "checker.h"
#include "lun.h"
#include "mirror.h"

namespace pnfs_ha::model {
namespace {

using std::chrono::seconds;

constexpr int most_rounds = 600;
constexpr int calm_rounds = 5;

class Healing {
 public:
  Healing(AgentModel& agent, World& world, std::vector<std::string>* trace)
      : agent_(agent), world_(world), trace_(trace) {
    for (Server& s : world_.server) {
      s.powered = s.san = s.witness = true;
      s.hung = false;
    }
    world_.cables = bit(world.count * (world.count - 1) / 2) - 1;
    tell("everything is repaired");
  }

  void round() {
    for (int b = 1; b < world_.count; ++b)
      for (int a = 0; a < b; ++a) {
        if (connect(world_, a, b))
          tell(describe(Move{.what = Happening::mirrors_connect, .server = a, .peer = b}));
        if (finish_sync(world_, a, b))
          tell(describe(Move{.what = Happening::sync_ends, .server = a, .peer = b}));
      }
    for (int i = 0; i < world_.count; ++i) server(i);
  }

  bool settled(Wanted wanted) const {
    int active = 0, ready = 0;
    for (int i = 0; i < world_.count; ++i) {
      const Server& s = world_.server[static_cast<std::size_t>(i)];
      active += s.role == Role::active && s.task == Task::idle && s.nfsd && world_.holder == i + 1;
      ready +=
          s.role == Role::standby && s.task == Task::idle && s.disk == Disk::up_to_date && s.key == Key::own;
    }
    return active == 1 && (wanted == Wanted::active || active + ready == world_.count);
  }

 private:
  void tell(const std::string& what) {
    if (trace_ != nullptr) trace_->push_back("(healed) " + what + "\n        " + describe(world_));
  }

  void server(int i) {
    const auto n = static_cast<std::size_t>(i);
    Server& s = world_.server[n];
    if (s.task == Task::idle) decide(i);
    bool answered = false;
    for (int other = 0; other < world_.count; ++other)
      answered |= answers_challenges(world_, other, agent_.rules());
    challenged_[n] = s.key == Key::challenge && !answered ? challenged_[n] + 1 : 0;
    if (challenged_[n] >= 10) s.challenge_aged = true;
    if (agent_.rules().active_reconnects && s.role == Role::active && s.nfsd) s.standalone = 0;
    if (s.task == Task::idle) return;
    const Task task = s.task;
    const Acted acted = agent_.act(world_, i, Luck::works);
    tell(describe(Move{.server = i, .task = task, .act = acted.act}));
    if (!s.powered) s.powered = true;
  }

  void decide(int i) {
    const auto n = static_cast<std::size_t>(i);
    Server& s = world_.server[n];
    Observation seen = observe(world_, i);
    const bool apart = seen.mirror.connection == "WFConnection" || seen.mirror.connection == "StandAlone";
    apart_[n] = apart ? apart_[n] + 1 : 0;
    seen.peer_gone_for = seconds(apart_[n]);
    intruded_[n] = serving_elsewhere(world_, i) != Key::none ? intruded_[n] + 1 : 0;
    seen.serving_elsewhere_for = seconds(intruded_[n]);
    out_[n] = s.role == Role::out_of_service ? out_[n] + 1 : 0;
    seen.retry_due = out_[n] >= 10;
    // nopreempt: whoever is MASTER stays it as long as it stands.
    if (master_ == i && !stands_[n]) master_ = -1;
    if (master_ == -1 && stands_[n]) master_ = i;
    seen.vrrp = master_ == i ? Vrrp::master : Vrrp::backup;
    unelected_[n] = master_ == i ? 0 : unelected_[n] + 1;
    seen.unelected_for = seconds(unelected_[n]);
    const Decision decision = agent_.rules().decide(seen);
    stands_[n] = decision.stand && (s.role == Role::standby || s.role == Role::active);
    s.task = task_for(decision, seen, world_, i);
  }

  AgentModel& agent_;
  World& world_;
  std::vector<std::string>* trace_;
  int master_ = -1;
  std::array<bool, most_servers> stands_{};
  std::array<int, most_servers> apart_{}, out_{}, challenged_{}, intruded_{}, unelected_{};
};

}  // namespace

std::string settle(AgentModel& agent, World world, Wanted wanted, std::vector<std::string>* trace) {
  Healing healing(agent, world, trace);
  int calm = 0;
  for (int round = 0; round < most_rounds; ++round) {
    healing.round();
    calm = healing.settled(wanted) ? calm + 1 : 0;
    if (calm == calm_rounds) return {};
  }
  return wanted == Wanted::active ? "a healed cluster gets no active server"
                                  : "a healed cluster does not get its redundancy back";
}

}  // namespace pnfs_ha::model
