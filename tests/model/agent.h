// The agent of one server in the model: decides by the real decision function and runs the real plan's steps,
// one at a time.
#pragma once

#include <string>
#include <vector>

#include "rules.h"

namespace pnfs_ha::model {

// How one act of a sequence goes.
enum class Luck { works, fails, fails_after_its_effect };

struct Acted {
  const std::string* act = nullptr;  // of the plan; nullptr if it has no name there
  const char* violation = nullptr;   // of an invariant
  bool could_fail = false;           // it is an act that may fail by itself
};

void power_off(World& world, int server);

class AgentModel {
 public:
  explicit AgentModel(const Rules& rules);

  // What the agent may decide, seeing the world as it is: a bit for each Task. More than one, because VRRP
  // may have elected anybody and timers may have run out or not.
  enum class Keepalived { runs, dead };
  unsigned decisions(const World& world, int server, Keepalived keepalived = Keepalived::runs);

  // The next act of what this server's agent is about.
  Acted act(World& world, int server, Luck luck) const;

  const Rules& rules() const { return rules_; }

 private:
  enum class Result { done, goes_on, failed, dead };
  struct Call;

  unsigned ask(const World& world, int server, Keepalived keepalived) const;
  Result begin(Call& call) const;
  Result perform(Call& call, Effect effect) const;
  Result take(Call& call) const;
  static Result await_proofs(Call& call);
  Result open_gate(Call& call) const;
  Result mount(Call& call, Access access) const;
  Result expel(Call& call) const;
  Result choose_records(Call& call) const;
  Result start_nfsd(Call& call) const;
  void advance(Call& call, Result result) const;
  void settle(World& world, int server) const;

  const Rules& rules_;
  std::vector<std::uint32_t> remembered_;  // decisions, by what is seen
};

// One observation of the real type: what `server` sees now, with no timer run out and VRRP in BACKUP.
Observation observe(const World& world, int server);
Task task_for(const Decision& decision, const Observation& seen, const World& world, int server);

}  // namespace pnfs_ha::model
