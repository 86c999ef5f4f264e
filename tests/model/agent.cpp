// How an action begins, how a sequence goes on, and how it is undone: as src/agent.cpp and src/sequence.cpp do.
#include "agent.h"

#include "call.h"
#include "lun.h"
#include "mirror.h"

namespace pnfs_ha::model {

void power_off(World& world, int server) {
  lose_ramdisk(world, server);
  Server& s = world.server[static_cast<std::size_t>(server)];
  Server off;
  off.powered = false;
  off.key = s.key;
  off.san = s.san;
  off.witness = s.witness;
  s = off;
}

// The first act of an action that was decided, perhaps long ago.
AgentModel::Result AgentModel::begin(Call& call) const {
  Server& s = call.self;
  switch (s.task) {
    case Task::will_bring_up:
      s.role = Role::joining;
      if (s.primary || s.access == Access::read_write) {
        s.task = Task::releasing_first;
        s.at = static_cast<Byte>(rules_.takeover.size());
      } else {
        s.task = Task::bringing_up;
        s.at = 0;
      }
      return Result::goes_on;
    case Task::will_renew_mirror:
      s.task = Task::renewing_mirror;
      s.at = 0;
      return Result::goes_on;
    case Task::will_seed_with_peer:
      return call.seed(SeedAs::connected_to_blank_peers, rules_) ? Result::done : Result::failed;
    case Task::will_seed_alone:
      return call.seed(SeedAs::alone, rules_) ? Result::done : Result::failed;
    case Task::will_challenge:
      return register_and_ignore(call.world, call.server, Key::challenge) ? Result::done : Result::failed;
    case Task::will_take_over:
      s.task = Task::taking_over;
      s.at = 0;
      return Result::goes_on;
    case Task::will_serve:
      for (int other = 0; other < call.world.count; ++other)
        if (other != call.server &&
            call.world.server[static_cast<std::size_t>(other)].key == Key::challenge &&
            !preempt_and_abort(call.world, call.server, key_number(other, Key::challenge)))
          return Result::failed;
      s.gate = true;  // on the strength of what it saw, perhaps long ago
      return Result::done;
    case Task::will_expel:
      return expel(call);
    case Task::will_release:
      s.task = Task::releasing;
      s.at = static_cast<Byte>(rules_.takeover.size());
      return Result::goes_on;
    case Task::will_renew_standby:
      s.task = Task::renewing_standby;
      s.at = 0;
      return Result::goes_on;
    default:  // will_fence_self
      return Result::dead;
  }
}

Acted AgentModel::act(World& world, int server, Luck luck) const {
  Call call(world, server);
  Server& s = call.self;
  if (s.task < Task::taking_over) {
    const Result result = begin(call);
    if (result == Result::dead) {
      power_off(world, server);
      return call.acted;
    }
    if (result != Result::goes_on) {
      if (result == Result::failed && s.role != Role::active) s.role = Role::out_of_service;
      s.task = Task::idle;
      return call.acted;
    }
    settle(world, server);
    if (s.task == Task::idle) return call.acted;
  }

  const bool back = is_undoing(s.task);
  const ModelStep& step = sequence_of(rules_, s.task)[static_cast<std::size_t>(back ? s.at - 1 : s.at)];
  const ModelAct& next = back ? *step.undo : step.act;
  call.acted.act = &next.name;
  Result result = luck == Luck::fails ? Result::failed : perform(call, next.effect);
  if (luck == Luck::fails_after_its_effect && result != Result::dead) result = Result::failed;
  call.acted.could_fail = true;
  advance(call, result);
  return call.acted;
}

// Whoever held the LUN before has proved it before this server took it. When that is longer ago than a proof is
// valid, its gate has shut by itself, and a look of then opens nothing any more.
AgentModel::Result AgentModel::await_proofs(Call& call) {
  for (Server& other : call.world.server) {
    if (&other == &call.self) continue;
    other.gate = false;
    if (other.task == Task::will_serve) other.task = Task::idle;
  }
  return Result::done;
}

AgentModel::Result AgentModel::open_gate(Call& call) const {
  if (call.world.holder != call.server + 1 || !could_write(call.world, call.server)) return Result::failed;
  call.self.gate = true;
  return Result::done;
}

void AgentModel::advance(Call& call, Result result) const {
  Server& s = call.self;
  if (result == Result::dead) {
    power_off(call.world, call.server);
    return;
  }
  if (result == Result::goes_on) return;
  s.part = 0;
  s.seen_key = s.removed = 0;
  if (is_undoing(s.task)) {
    s.undo_failed |= result == Result::failed;
    s.at = static_cast<Byte>(s.at > 0 ? s.at - 1 : 0);
  } else if (result == Result::failed) {
    // The failed step too: it may have done half of its work.
    s.task = undoing(s.task);
    s.at = static_cast<Byte>(s.at + 1);
  } else {
    s.at = static_cast<Byte>(s.at + 1);
  }
  settle(call.world, call.server);
}

// Goes on past what nobody could notice, and ends the sequence after its last act.
void AgentModel::settle(World& world, int server) const {
  Server& s = world.server[static_cast<std::size_t>(server)];
  const Steps& steps = sequence_of(rules_, s.task);
  if (!is_undoing(s.task)) {
    while (s.at < steps.size() && steps[s.at].act.effect == Effect::nothing) ++s.at;
    if (s.at < steps.size()) return;
    if (s.task == Task::taking_over) s.role = Role::active;
    if (s.task == Task::bringing_up) s.role = Role::standby;
    s.read_back = false;
  } else {
    const auto quiet = [&] {
      const auto& undo = steps[static_cast<std::size_t>(s.at - 1)].undo;
      return !undo || undo->effect == Effect::nothing;
    };
    while (s.at > 0 && quiet()) --s.at;
    if (s.at > 0) return;
    const bool failed = s.undo_failed;
    const Task task = s.task;
    s.undo_failed = s.read_back = false;
    if (task == Task::releasing || task == Task::releasing_first) {
      if (failed) return power_off(world, server);
      s.role = Role::standby;
      if (task == Task::releasing_first) {
        s.role = Role::joining;
        s.task = Task::bringing_up;
        return settle(world, server);
      }
    } else {
      s.role = Role::out_of_service;
    }
  }
  s.task = Task::idle;
  s.at = 0;
}

}  // namespace pnfs_ha::model
