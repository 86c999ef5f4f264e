// What runs in the world by itself: kernels, systemd, processes.
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/observer.h"
#include "agent/question.h"
#include "base/error.h"
#include "config/units.h"
#include "services.h"
#include "world.h"

namespace pnfs_ha::outage {
namespace {

using std::chrono::seconds;

constexpr Duration agent_restarts_after(200);
constexpr Duration keepalived_restarts_after(200);
constexpr Duration daemon_restarts_after(100);
// XFS writes its log, and finds out that it may not (xfssyncd_centisecs, panic_mask).
constexpr seconds log_interval(1);

// What the programs tell the journal.
class Journal : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  World* world = nullptr;

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const Process* self = Process::current();
    if (world != nullptr && self != nullptr)
      world->log.add(world->now, self->name, std::string(message.payload.data(), message.payload.size()));
  }
  void flush_() override {}
};

Journal& journal() {
  static const auto one = [] {
    auto sink = std::make_shared<Journal>();
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("outage", sink));
    spdlog::set_level(spdlog::level::info);
    return sink;
  }();
  return *one;
}

}  // namespace

void World::run_processes() {
  journal().world = this;
  for (bool ran = true; ran;) {
    ran = false;
    for (Node& each : nodes)
      for (Process* process : {&each.agent, &each.keeper, &each.guard}) {
        if (!process->is_due()) continue;
        ran = true;
        const auto end = process->run();
        if (violation_) throw *std::exchange(violation_, std::nullopt);
        if (end) ended(each, *process, *end);
      }
  }
}

Duration World::next_due() const {
  Duration next = Duration::max();
  for (const Node& each : nodes)
    for (const Process* process : {&each.agent, &each.keeper, &each.guard})
      if (const auto due = process->due()) next = std::min(next, *due);
  return next;
}

void World::ended(Node& at, Process& process, Process::End how) {
  if (how == Process::End::reboot) return reboot(at, "reboots");
  log.add(now, process.name, how == Process::End::killed ? "killed" : "ended: " + process.fate);
  if (&process == &at.agent) {
    if (at.machine) at.machine->units.erase(units::agent);
    at.gave_up = how == Process::End::usage;
    at.agent_starts_at = now + agent_restarts_after;
  }
  if (&process == &at.keeper) at.keeper_starts_at = now + seconds(1);
}

void World::run_systemd(Node& at) {
  if (at.boots_at && now >= *at.boots_at) {
    at.boots_at.reset();
    at.machine = std::make_unique<Machine>(*this, at);
    at.agent_starts_at = now;
    at.keeper_starts_at.reset();
    log.add(now, at.name, "boots");
    befall(*this, at);
  }
  if (!at.machine) return;
  Machine& machine = *at.machine;
  machine.forget_changes();
  if (at.agent.there() && now > at.watched_until && !at.agent.in_kernel) {
    log.add(now, at.agent.name, "systemd's watchdog kills it");
    at.agent.kill();
  }
  for (const Trouble& trouble : troubles)
    if (trouble.kind == Kind::agent_dies && trouble.node == at.index &&
        now - at.agent_started_at >= trouble.life)
      at.agent.kill();
  if (!at.agent.there() && !at.agent.due() && !at.gave_up && now >= at.agent_starts_at) {
    at.watched_until = now + seconds(60);  // WatchdogSec
    at.agent_started_at = now;
    at.agent.start([this, &at] { run_agent(*this, at); });
  }
  const bool keeper_is_wanted = machine.units.contains(units::keeper) && at.keeper_starts_at;
  if (keeper_is_wanted && !at.keeper.due() && !at.keeper.there() && now >= *at.keeper_starts_at)
    at.keeper.start([this, &at] { run_keeper(*this, at); });
  if (product.guarded && !at.guard.there()) at.guard.start([this, &at] { run_guard(*this, at); });
  auto& keepalived = at.keepalived.restarts_at;
  if (keepalived && now - *keepalived >= keepalived_restarts_after &&
      !machine.broken_units.contains(units::keepalived)) {
    keepalived.reset();
    machine.give_vip(false);
    machine.units.insert(units::keepalived);
  }
  run_daemons(at);
}

void World::run_daemons(Node& at) {
  Machine& machine = *at.machine;
  for (const char* unit : {units::nfsdcld, units::mountd}) {
    if (!at.killed_units.contains(unit) || machine.broken_units.contains(unit)) continue;
    if (now - at.killed_units[unit] < daemon_restarts_after) continue;
    machine.units.insert(unit);
    at.killed_units.erase(unit);
  }
}

// Who wants a server in maintenance, or out of it, asks until it is so. Power is cut here more often than anywhere
// else: servers that died young need nothing but to be let.
void World::run_administrator(Node& at) {
  if (!at.machine || !at.agent.there() || now % seconds(1) != Duration(0) || !at.questions.empty()) return;
  const bool wanted = has(Kind::maintenance, at);
  if (at.machine->files.contains(Observer::maintenance_file) != wanted)
    at.questions.push_back(to_json(Question(MaintenanceQuestion{.on = wanted, .force = true})));
  else if (Judge::waits_for_a_human(*at.machine))
    at.questions.push_back(to_json(Question(RecoverQuestion{.decision = InterventionKind::serve_once_more})));
  else
    return;
  at.agent.wake();
}

void World::run_kernel(Node& at) {
  for (std::size_t i = at.late.size(); i-- > 0;) {
    if (at.late[i].stuck()) continue;
    const auto act = std::move(at.late[i].act);
    at.late.erase(at.late.begin() + static_cast<std::ptrdiff_t>(i));
    try {
      log.add(now, at.name, "the kernel carries out what it was stuck in");
      act();
    } catch (const Error&) {
    }
  }
  if (!at.machine) return;
  const bool fenced = at.machine->writes_to_lun() && reaches_lun(at) && !lun.may_access(at.machine->port);
  if (!fenced)
    at.fenced_since.reset();
  else if (!at.fenced_since)
    at.fenced_since = now;
  if (at.fenced_since && now - *at.fenced_since >= log_interval) {
    at.fenced_since.reset();
    reboot(at, "kernel panic: XFS may not write to the LUN any more");
  }
}

}  // namespace pnfs_ha::outage
