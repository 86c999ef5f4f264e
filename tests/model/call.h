// One act of one server under way; shared by the two files that make up AgentModel::act().
#pragma once

#include "agent.h"
#include "mirror.h"

namespace pnfs_ha::model {

inline bool is_undoing(Task task) {
  return task == Task::undoing_takeover || task == Task::releasing || task == Task::releasing_first ||
         task == Task::undoing_bring_up || task == Task::undoing_renew_standby ||
         task == Task::undoing_renew_mirror;
}

inline const Steps& sequence_of(const Rules& rules, Task task) {
  switch (task) {
    case Task::bringing_up:
    case Task::undoing_bring_up:
      return rules.bring_up;
    case Task::renewing_standby:
    case Task::undoing_renew_standby:
      return rules.renew_standby;
    case Task::renewing_mirror:
    case Task::undoing_renew_mirror:
      return rules.renew_mirror;
    default:
      return rules.takeover;
  }
}

// What follows a sequence that failed.
inline Task undoing(Task task) {
  switch (task) {
    case Task::taking_over:
      return Task::undoing_takeover;
    case Task::renewing_standby:
      return Task::undoing_renew_standby;
    case Task::renewing_mirror:
      return Task::undoing_renew_mirror;
    default:
      return Task::undoing_bring_up;
  }
}

struct AgentModel::Call {
  Call(World& all, int index)
      : world(all), server(index), self(all.server[static_cast<std::size_t>(index)]) {}

  bool seed(SeedAs how, const Rules& rules);
  void abandon_other_histories();

  World& world;
  int server;
  Server& self;
  Acted acted;
};

}  // namespace pnfs_ha::model
