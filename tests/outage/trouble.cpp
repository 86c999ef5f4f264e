#include "trouble.h"

#include <array>
#include <iterator>

#include "world.h"

namespace pnfs_ha::outage {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr FakeLun::Port::value_type strange_port[] = "iqn.2026-01.org.example:\xff\xfe\xc3(,i,0x00023d000007";
constexpr pr::Key strange_key = 0x6a5f3c1100000099;

bool is_of_a_call(Kind kind) {
  return kind == Kind::call_fails || kind == Kind::call_throws || kind == Kind::call_hangs ||
         kind == Kind::call_lies;
}

// The product's own files, and what was changed, are as they are.
bool may_lie(const std::string& name, const std::string& subject) {
  static const std::set<std::string> questions = {"list addresses", "host name",    "resolve",
                                                  "list",           "look at unit", "find mount",
                                                  "ask the LUN",    "kernel log",   "run"};
  const bool of_the_kernel =
      subject.starts_with("/proc/") || subject.starts_with("/sys/") || subject.starts_with("/run/");
  return questions.contains(name) || (name == "read" && of_the_kernel);
}

// Some of the calls that the server's agent has made.
bool choose_call(World& world, Trouble& trouble) {
  const auto& made = world.node(trouble.node).calls_made;
  if (made.empty()) return false;
  const auto& [name, subject] =
      *std::next(made.begin(), static_cast<std::ptrdiff_t>(world.random.below(made.size())));
  trouble.call = name;
  if (trouble.kind == Kind::call_lies && !may_lie(name, subject)) return false;
  if (trouble.kind == Kind::call_lies || !world.random.one_in(4)) trouble.subject = subject;
  trouble.once = world.random.one_in(3);
  return true;
}

void kill_unit(World& world, Node& node, const char* unit) {
  if (!node.machine || node.machine->units.erase(unit) == 0) return;
  if (unit == units::keepalived)
    node.keepalived.restarts_at = world.now;
  else
    node.killed_units[unit] = world.now;
}

const char* unit_of(Kind kind) {
  return kind == Kind::no_keepalived ? units::keepalived
         : kind == Kind::no_nfsdcld  ? units::nfsdcld
                                     : units::mountd;
}

// What stays of a trouble in the machine that it befalls, also in one that has just booted.
void apply(World& world, Node& node, Kind kind, bool on) {
  Machine* machine = node.machine.get();
  if (machine == nullptr) return;
  switch (kind) {
    case Kind::no_carrier:
    case Kind::no_clients:
      machine->files[Machine::carrier] = world.has(Kind::no_carrier, node) ? "0\n" : "1\n";
      machine->silent_addresses.erase(Machine::gateway);
      if (!world.reaches_clients(node)) machine->silent_addresses.insert(Machine::gateway);
      break;
    case Kind::no_lun:
    case Kind::no_lun_at_all:
      machine->lun_answers = world.lun_answers(node);
      break;
    case Kind::lun_gone:
      on ? machine->unplug_lun() : machine->plug_lun();
      break;
    case Kind::agent_in_kernel:
      node.agent.in_kernel = on && node.agent.there();
      break;
    case Kind::agent_stopped:
      node.agent.stopped = on;
      break;
    case Kind::keeper_stopped:
      if (!on) node.keeper.stopped = false;
      break;
    case Kind::other_host_name:
      machine->called = on ? "localhost" : node.name;
      break;
    case Kind::no_keepalived:
    case Kind::no_nfsdcld:
    case Kind::no_mountd:
      on ? void(machine->broken_units.insert(unit_of(kind)))
         : void(machine->broken_units.erase(unit_of(kind)));
      break;
    default:
      break;
  }
}

}  // namespace

std::string describe(const World& world, const Trouble& trouble) {
  std::string text = world.nodes.at(static_cast<std::size_t>(trouble.node)).name + ": ";
  text += kind_names.of(trouble.kind);
  if (!trouble.call.empty()) text += " (" + trouble.call + " " + trouble.subject + ")";
  return text + (trouble.once ? ", once" : "");
}

std::optional<Trouble> any_trouble(World& world) {
  Trouble trouble;
  trouble.kind = static_cast<Kind>(world.random.below(static_cast<std::size_t>(Kind::count)));
  trouble.node = static_cast<int>(world.random.below(2));
  trouble.until = world.now + world.random.any_scale(seconds(1), minutes(3));
  trouble.life = world.random.any_scale(milliseconds(300), seconds(15));
  const Node& node = world.node(trouble.node);
  if (!node.machine || world.has(trouble.kind, node)) return std::nullopt;
  if (is_of_a_call(trouble.kind) && !choose_call(world, trouble)) return std::nullopt;
  return trouble;
}

void begin(World& world, const Trouble& trouble) {
  Node& node = world.node(trouble.node);
  switch (trouble.kind) {
    case Kind::no_power:
      world.cut_power(node);
      break;
    case Kind::strange_names:
      world.lun.registered.push_back({strange_port, strange_key});
      break;
    case Kind::agent_refused:
    case Kind::agent_fails:
      node.agent.kill();
      break;
    case Kind::no_keepalived:
    case Kind::no_nfsdcld:
    case Kind::no_mountd:
      kill_unit(world, node, unit_of(trouble.kind));
      break;
    default:
      break;
  }
  for (Node& each : world.nodes)
    if (&each == &node || trouble.kind == Kind::no_lun_at_all) apply(world, each, trouble.kind, true);
}

void end(World& world, const Trouble& trouble) {
  Node& node = world.node(trouble.node);
  if (trouble.kind == Kind::no_power) world.boot(node);
  if (trouble.kind == Kind::strange_names)
    std::erase_if(world.lun.registered, [](const auto& r) { return r.key == strange_key; });
  for (Node& each : world.nodes)
    if (&each == &node || trouble.kind == Kind::no_lun_at_all) apply(world, each, trouble.kind, false);
  node.gave_up = false;  // an administrator mended it, and started the agent
}

void befall(World& world, Node& node) {
  for (const Trouble& trouble : world.troubles)
    if (trouble.node == node.index || trouble.kind == Kind::no_lun_at_all)
      apply(world, node, trouble.kind, true);
}

}  // namespace pnfs_ha::outage
