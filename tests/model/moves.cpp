#include "moves.h"

#include <algorithm>

#include "lun.h"
#include "mirror.h"

namespace pnfs_ha::model {
namespace {

bool serves(const World& world, int server, const Rules& rules) {
  const Server& s = at(world, server);
  return s.powered && s.nfsd && s.role == Role::active && s.san && world.holder == server + 1 &&
         s.key == rules.nfsd_key;
}

// A target that forgets while a server that was preempted has not noticed it, or has seen itself hold the
// reservation and has not mounted yet: both could write then, and only the target could have prevented it.
bool forgets_at_a_bad_moment(const World& world) {
  return std::ranges::any_of(world.server, [](const Server& s) {
    return s.powered && (s.access == Access::read_write ? s.key == Key::none : s.read_back);
  });
}

bool has_something_to_forget(const World& world) {
  return world.holder != 0 ||
         std::ranges::any_of(world.server, [](const Server& s) { return s.key != Key::none; });
}

}  // namespace

bool answers_challenges(const World& world, int server, const Rules& rules) {
  return serves(world, server, rules) && !at(world, server).hung &&
         at(world, server).task <= Task::will_serve;
}

void Moves::faults(const World& world, int server, const Visit& visit) const {
  const Server& s = at(world, server);
  const auto fault = [&](Happening what, auto change) {
    World next = world;
    ++next.faults;
    change(next, at(next, server));
    visit(next, {.what = what, .server = server}, nullptr);
  };
  if (s.powered) fault(Happening::power_off, [&](World& w, Server&) { power_off(w, server); });
  if (s.powered && s.san) fault(Happening::san_cut, [](World&, Server& self) { self.san = false; });
  if (s.powered && s.witness)
    fault(Happening::witness_cut, [](World&, Server& self) { self.witness = false; });
  if (s.powered && !s.hung && s.role == Role::active)
    fault(Happening::agent_hangs, [](World&, Server& self) { self.hung = true; });
  if (s.powered && s.task >= Task::taking_over)
    fault(Happening::agent_restarts, [](World&, Server& self) {
      const bool active = self.access == Access::read_write && self.nfsd && self.primary;
      self.role = active ? Role::active : Role::joining;
      self.task = Task::idle;
      self.at = self.part = self.seen_key = self.removed = 0;
      self.undo_failed = self.read_back = false;
    });
  if (server == 0 && has_something_to_forget(world) &&
      (bounds_.forgetting == Forgetting::at_any_time || !forgets_at_a_bad_moment(world)))
    fault(Happening::target_forgets, [](World& w, Server&) { forget_reservations(w); });
  if (s.powered && !s.hung && s.task == Task::idle) {
    unsigned tasks =
        agent_.decisions(world, server, AgentModel::Keepalived::dead) &
        (1U << static_cast<int>(Task::will_bring_up) | 1U << static_cast<int>(Task::will_release));
    tasks &= ~agent_.decisions(world, server);
    for (int task = 0; tasks >> task != 0; ++task)
      if (tasks >> task & 1) {
        World next = world;
        ++next.faults;
        at(next, server).task = static_cast<Task>(task);
        visit(
            next,
            {.what = Happening::decides_without_keepalived, .server = server, .task = at(next, server).task},
            nullptr);
      }
  }
}

void Moves::repairs(const World& world, int server, const Visit& visit) const {
  const Server& s = at(world, server);
  const auto repair = [&](Happening what, auto change) {
    World next = world;
    change(at(next, server));
    visit(next, {.what = what, .server = server}, nullptr);
  };
  if (!s.powered) repair(Happening::boot, [](Server& self) { self.powered = true; });
  if (!s.san) repair(Happening::san_back, [](Server& self) { self.san = true; });
  if (!s.witness) repair(Happening::witness_back, [](Server& self) { self.witness = true; });
  if (agent_.rules().active_reconnects && serves(world, server, agent_.rules()) && !s.hung &&
      s.standalone != 0)
    repair(Happening::mirror_reconnects, [](Server& self) { self.standalone = 0; });
  if (s.hung) repair(Happening::agent_goes_on, [](Server& self) { self.hung = false; });
}

void Moves::steps(const World& world, int server, const Visit& visit) const {
  const Server& s = at(world, server);
  if (!s.powered || s.hung) return;
  if (s.task == Task::idle) {
    const unsigned tasks = agent_.decisions(world, server);
    for (int task = 0; tasks >> task != 0; ++task) {
      if ((tasks >> task & 1) == 0) continue;
      World next = world;
      at(next, server).task = static_cast<Task>(task);
      visit(next, {.what = Happening::decides, .server = server, .task = static_cast<Task>(task)}, nullptr);
    }
    return;
  }
  const auto act = [&](Happening what, Luck luck, bool is_fault) {
    World next = world;
    const Acted acted = agent_.act(next, server, luck);
    if (is_fault && !acted.could_fail) return false;
    next.faults = static_cast<Byte>(next.faults + is_fault);
    visit(next, {.what = what, .server = server, .task = s.task, .act = acted.act}, acted.violation);
    return acted.could_fail;
  };
  const bool could_fail = act(Happening::acts, Luck::works, false);
  if (!could_fail || !bounds_.step_failures || world.faults >= bounds_.faults) return;
  act(Happening::act_fails, Luck::fails, true);
  act(Happening::act_fails_after_its_effect, Luck::fails_after_its_effect, true);
}

void Moves::clients(const World& world, int server, const Visit& visit) const {
  if (!serves(world, server, agent_.rules())) return;
  const auto move = [&](Happening what, auto change) {
    World next = world;
    change(next, at(next, server));
    visit(next, {.what = what, .server = server}, nullptr);
  };
  move(world.client ? Happening::client_fenced : Happening::client_registers,
       [](World& w, Server&) { w.client = !w.client; });

  const Saving saving = agent_.rules().saving;
  const bool numbered = saving == Saving::with_the_change || saving == Saving::numbered_by_the_change;
  if (world.acknowledged < 1 + bounds_.changes)
    move(Happening::records_change, [&](World& w, Server& self) {
      write_copy(w, server, {++w.acknowledged, static_cast<Byte>(self.copy.serial + numbered)});
      if (saving == Saving::with_the_change) w.lun = self.copy;
    });
  if (saving != Saving::with_the_change) save(world, server, visit);
}

// GETDEVICEINFO comes whenever a client likes, also to a server that was preempted and has not noticed.
void Moves::nfsd(const World& world, int server, const Visit& visit) const {
  const Server& s = at(world, server);
  if (agent_.rules().nfsd == Nfsd::only_reads || !s.powered || !s.nfsd || !s.san) return;
  World next = world;
  if (s.key != Key::nfsd) {
    register_and_ignore(next, server, Key::nfsd);
    visit(next, {.what = Happening::nfsd_registers, .server = server}, nullptr);
  } else if (world.holder != server + 1 && reserve(next, server)) {
    visit(next, {.what = Happening::nfsd_reserves, .server = server}, nullptr);
  }
}

void Moves::save(const World& world, int server, const Visit& visit) const {
  const Saving saving = agent_.rules().saving;
  const Server& s = at(world, server);
  const bool lun_first = saving == Saving::lun_then_mirror;
  World next = world;
  Server& self = at(next, server);
  const Byte serial = static_cast<Byte>(s.copy.serial + 1);
  if (s.half_saved) {
    self.half_saved = false;
    self.snapshot = 0;
    if (lun_first)
      write_copy(next, server, {s.copy.records, world.lun.serial});
    else
      next.lun = {saving == Saving::mirror_then_snapshot ? s.snapshot : s.copy.records, s.copy.serial};
    visit(next, {.what = Happening::records_saved, .server = server}, nullptr);
  } else if (saving == Saving::numbered_by_the_change) {
    next.lun = s.copy;
    if (s.copy.records != world.lun.records)
      visit(next, {.what = Happening::records_saved, .server = server}, nullptr);
  } else if (s.copy.records != world.lun.records && s.copy.serial < 6) {
    self.half_saved = true;
    self.snapshot = saving == Saving::mirror_then_snapshot ? s.copy.records : Byte(0);
    if (lun_first)
      next.lun = {s.copy.records, serial};
    else
      write_copy(next, server, {s.copy.records, serial});
    visit(next, {.what = Happening::records_half_saved, .server = server}, nullptr);
  }
}

void Moves::links(const World& world, const Visit& visit) const {
  const auto visit_pair = [&](Happening what, int a, int b, auto change) {
    World next = world;
    if (change(next)) visit(next, {.what = what, .server = a, .peer = b}, nullptr);
  };
  for (int b = 1; b < world.count; ++b)
    for (int a = 0; a < b; ++a) {
      const bool works = cable_works(world, a, b);
      if (!works || world.faults < bounds_.faults)
        visit_pair(works ? Happening::cable_cut : Happening::cable_back, a, b, [&](World& w) {
          put(w.cables, pair_of(a, b), !works);
          w.faults = static_cast<Byte>(w.faults + works);
          disconnect(w, a, b);
          return true;
        });
      visit_pair(Happening::mirrors_connect, a, b, [&](World& w) { return connect(w, a, b); });
      visit_pair(Happening::sync_ends, a, b, [&](World& w) { return finish_sync(w, a, b); });
    }
}

void Moves::each(const World& world, const Visit& visit) const {
  bool answered = false;
  for (int server = 0; server < world.count; ++server)
    answered |= answers_challenges(world, server, agent_.rules());
  for (int server = 0; server < world.count; ++server) {
    steps(world, server, visit);
    clients(world, server, visit);
    nfsd(world, server, visit);
    repairs(world, server, visit);
    if (world.faults < bounds_.faults) faults(world, server, visit);
    const Server& s = at(world, server);
    if (!answered && s.key == Key::challenge && !s.challenge_aged && s.powered) {
      World next = world;
      at(next, server).challenge_aged = true;
      visit(next, {.what = Happening::challenge_ages, .server = server}, nullptr);
    }
  }
  links(world, visit);
}

}  // namespace pnfs_ha::model
