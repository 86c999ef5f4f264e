#include "process_host.h"

#include <algorithm>
#include <stdexcept>

#include "base/error.h"
#include "host/call_limits.h"
#include "report/status.h"
#include "world.h"

namespace pnfs_ha::outage {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

bool uses_a_descriptor(const std::string& name) {
  static const std::set<std::string> without = {"resolve",      "host name",   "start unit", "stop unit",
                                                "look at unit", "reload unit", "nft"};
  return !without.contains(name);
}

}  // namespace

ProcessHost::ProcessHost(World& world, Node& node, Process& process, Calls calls)
    : world_(world), node_(node), process_(process), machine_(*node.machine), calls_(calls) {}

bool ProcessHost::is_agent() const {
  return &process_ == &node_.agent;
}

std::optional<std::string> ProcessHost::unfinished() const {
  std::erase_if(left_, [](const Left& left) { return !left.stuck(); });
  return left_.empty() ? std::nullopt : std::optional(left_.front().what);
}

// --- what a call meets ---

void ProcessHost::meet(const Call& call) const {
  if (is_agent()) node_.calls_made.emplace(call.name, call.subject);
  const bool in_round = &process_ == &node_.keeper && call.name == std::string("call nfsd");
  if (in_round && world_.has(Kind::keeper_stopped, node_)) {
    process_.stopped = true;
    process_.sleep(Duration(0));
  }
  const std::vector<Trouble> troubles = world_.troubles;
  for (const Trouble& trouble : troubles)
    if (trouble.node == node_.index) meet(trouble, call);
  if (call.takes > Duration(0)) process_.sleep(world_.random.between(Duration(1), call.takes));
  if (call.of_lun && !machine_.lun_answers)
    hang(call, [&world = world_, &node = node_] { return !world.lun_answers(node); });
}

void ProcessHost::meet(const Trouble& trouble, const Call& call) const {
  const std::string name = call.name, what = name + " " + call.subject;
  const auto fail = [&](const char* why) { throw Error("cannot " + what + ": " + why); };
  switch (trouble.kind) {
    case Kind::run_is_full:
      if ((name == "write" || (name == "create" && !machine_.directories.contains(call.subject))) &&
          call.subject.starts_with("/run/"))
        fail("No space left on device");
      return;
    case Kind::no_descriptors:
      if (is_agent() && uses_a_descriptor(name)) fail("Too many open files");
      return;
    case Kind::no_dbus:
      if (name.find(" unit") != name.npos) fail("Transport endpoint is not connected");
      return;
    case Kind::call_fails:
    case Kind::call_throws:
    case Kind::call_hangs:
      break;
    default:
      return;
  }
  if (!is_agent() || !trouble.is_of(name, call.subject)) return;
  if (trouble.once && !world_.meet_once(trouble.number)) return;
  if (trouble.kind == Kind::call_fails) fail("Cannot allocate memory");
  if (trouble.kind == Kind::call_throws) throw std::out_of_range("made to throw: " + what);
  const auto stuck = [&world = world_, number = trouble.number] { return world.lasts(number); };
  hang(call, stuck);
}

bool ProcessHost::lies(const char* name, const std::string& subject) const {
  if (!is_agent()) return false;
  return std::ranges::any_of(world_.troubles, [&](const Trouble& trouble) {
    return trouble.kind == Kind::call_lies && trouble.node == node_.index && trouble.is_of(name, subject);
  });
}

void ProcessHost::hang(const Call& call, const std::function<bool()>& stuck) const {
  const Duration begin = world_.now;
  for (int looks = 0; stuck(); process_.sleep(milliseconds(100))) {
    if (tell_ && looks++ % 10 == 9) tell_(world_.now - begin);
    if (call.gives_up_after > Duration(0) && world_.now - begin >= call.gives_up_after)
      throw Error(std::string("cannot ") + call.name + ": no answer in time");
    if (calls_ == Calls::unbounded || world_.now - begin < call.limit) continue;
    const std::string what = std::string(call.name) + " " + call.subject;
    node_.stuck_at = world_.now;
    world_.log.add(world_.now, process_.name, "stuck: " + what);
    if (call.late) {
      left_.push_back({what, stuck});
      if (world_.random.one_in(2)) node_.late.push_back({stuck, call.late});
    }
    throw Stuck(what + " does not end");
  }
}

ProcessHost::Call ProcessHost::change(const char* name, const std::string& subject, seconds limit,
                                      Duration takes, std::function<void()> act) const {
  return {.name = name,
          .subject = subject,
          .limit = limit,
          .takes = takes,
          .of_lun = false,
          .gives_up_after = {},
          .late = std::move(act)};
}

void ProcessHost::make(Call change, Of what) const {
  change.of_lun = what == Of::lun;
  meet(change);
  change.late();
}

void ProcessHost::ask(const char* name, const std::string& subject, seconds limit, Duration takes,
                      Of what) const {
  meet({.name = name,
        .subject = subject,
        .limit = limit,
        .takes = takes,
        .of_lun = what == Of::lun,
        .gives_up_after = {},
        .late = {}});
}

// --- the rest of the calls are in process_calls.cpp ---

void ProcessHost::reboot_now() {
  world_.log.add(world_.now, process_.name, "reboots");
  world_.rebooting(node_);
  throw FakeHost::Rebooted();
}

std::vector<MountUser> ProcessHost::users_of(const Path& device) const {
  ask("find users", device, call_limits::memory, milliseconds(20), Of::memory);
  return machine_.users_of(device);
}

std::vector<MountUser> ProcessHost::end_users_of(const Path& device) {
  Machine& m = machine_;
  const std::vector<MountUser> users = m.users_of(device);
  make(change("end users", device, call_limits::memory, milliseconds(20),
              [&m, device] { m.end_users_of(device); }));
  return users;
}

std::vector<TcpPeer> ProcessHost::tcp_peers(const std::string& address, std::uint16_t port) const {
  ask("tcp connections", "", call_limits::memory, Duration(0), Of::memory);
  return machine_.tcp_peers(address, port);
}

void ProcessHost::tickle(const std::string& address, std::uint16_t port, const std::vector<TcpPeer>& peers) {
  Machine& m = machine_;
  make(change("tickle", address, call_limits::memory, {},
              [&m, address, port, peers] { m.tickle(address, port, peers); }));
}

}  // namespace pnfs_ha::outage
