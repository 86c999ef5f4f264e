// One act of one server under way; shared by the two files that make up AgentModel::act().
#pragma once

#include "agent.h"
#include "mirror.h"

namespace pnfs_ha::model {

inline bool is_undoing(Task task) {
  return task == Task::undoing_takeover || task == Task::releasing || task == Task::releasing_first ||
         task == Task::undoing_bring_up;
}

inline const Steps& sequence_of(const Rules& rules, Task task) {
  return task == Task::bringing_up || task == Task::undoing_bring_up ? rules.bring_up : rules.takeover;
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
