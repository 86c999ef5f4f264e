#include "world.h"

#include <algorithm>

#include "agent/observer.h"
#include "base/error.h"
#include "services.h"

namespace pnfs_ha::outage {
namespace {

using std::chrono::seconds;

constexpr Duration grain(100);
constexpr seconds reboot_takes(20);

}  // namespace

World::World(std::uint64_t seed, const Product& what)
    : product(what), random(seed), nodes{Node(0, "alpha", now), Node(1, "beta", now)} {
  for (Node& each : nodes) {
    each.disk[ClusterConfig::path] = to_toml(two_servers());
    boot(each);
    each.boots_at = random.between(seconds(1), seconds(4));
  }
}

World::~World() {
  for (Node& each : nodes)
    for (Process* process : {&each.agent, &each.keeper, &each.guard}) process->reap();
}

// --- what is so ---

bool World::has(Kind kind, const Node& at) const {
  return std::ranges::any_of(troubles,
                             [&](const Trouble& t) { return t.kind == kind && t.node == at.index; });
}
bool World::lun_answers(const Node& at) const {
  const bool nobody =
      std::ranges::any_of(troubles, [](const Trouble& t) { return t.kind == Kind::no_lun_at_all; });
  return !nobody && !has(Kind::no_lun, at);
}
bool World::reaches_lun(const Node& at) const {
  return lun_answers(at) && !has(Kind::lun_gone, at);
}
bool World::reaches_clients(const Node& at) const {
  return !has(Kind::no_clients, at) && !has(Kind::no_carrier, at);
}
bool World::hear_each_other() const {
  return std::ranges::all_of(nodes, [&](const Node& n) { return n.machine && reaches_clients(n); }) &&
         std::ranges::none_of(troubles, [](const Trouble& t) { return t.kind == Kind::no_vrrp; });
}
bool World::mirror_link_works() const {
  return std::ranges::none_of(troubles, [](const Trouble& t) { return t.kind == Kind::no_mirror_link; });
}
bool World::lasts(int number) const {
  return std::ranges::any_of(troubles, [&](const Trouble& t) { return t.number == number; });
}

bool World::meet_once(int number) {
  return met_.insert(number).second;
}

void World::add(Trouble trouble) {
  trouble.number = ++troubles_made_;
  log.add(now, "trouble", outage::describe(*this, trouble));
  troubles.push_back(trouble);
  begin(*this, trouble);
}

void World::end_trouble(std::size_t index) {
  const Trouble over = troubles.at(index);
  troubles.erase(troubles.begin() + static_cast<std::ptrdiff_t>(index));
  log.add(now, "over", outage::describe(*this, over));
  end(*this, over);
}

// --- power ---

void World::boot(Node& at) {
  if (!at.boots_at && !at.machine) at.boots_at = now + reboot_takes;
}

void World::cut_power(Node& at) {
  if (at.machine)
    for (const auto& [path, text] : at.machine->files)
      if (path.starts_with("/etc/pnfs-ha/") || path.starts_with("/var/lib/pnfs-ha/")) at.disk[path] = text;
  if (at.machine && !at.machine->files.contains(Observer::maintenance_file))
    at.disk.erase(Observer::maintenance_file);
  for (Process* process : {&at.agent, &at.keeper, &at.guard}) process->reap();
  at.late.clear();
  at.questions.clear();
  at.fifo.reset();
  at.step_began.reset();
  at.stuck_at.reset();
  at.calls_made.clear();
  at.boots_at.reset();
  at.gave_up = false;
  at.killed_units.clear();
  at.fenced_since.reset();
  if (at.machine) mirror.lost(at.index);
  at.machine.reset();
}

void World::reboot(Node& at, const std::string& why) {
  log.add(now, at.name, why);
  cut_power(at);
  boot(at);
}

void World::rebooting(const Node& at) {
  try {
    judge.rebooted(*this, at);
  } catch (const Violation& found) {
    violation_ = found;  // thrown where no process's stack is below
  }
}

void World::start_keeper(Node& at) {
  at.keeper_starts_at = now + random.any_scale(Duration(20), seconds(2));
}

// A step of a takeover has begun, if the last one in the status has.
void World::told(Node& at, const std::string& status) const {
  const std::size_t event = status.rfind("\"event\": \"");
  if (event == status.npos || status.compare(event + 10, 7, "started") != 0) return;
  if (status.find("\"sequence\": \"takeover\"", event) != status.npos) at.step_began = now;
}

// --- time ---

void World::pass(Duration time) {
  const Duration end = now + time;
  while (now < end) {
    run_processes();
    const Duration next_grain = (now / grain + 1) * grain;
    now = std::min({end, next_grain, std::max(next_due(), now)});
    if (now == next_grain) step();
  }
  run_processes();
}

void World::step() {
  for (std::size_t i = troubles.size(); i-- > 0;)
    if (troubles[i].until <= now) end_trouble(i);
  mirror.step();
  for (Node& each : nodes) {
    run_kernel(each);
    run_systemd(each);
    run_administrator(each);
  }
  elect(*this);
  judge.look(*this);
}

}  // namespace pnfs_ha::outage
