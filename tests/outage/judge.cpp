#include "judge.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "agent/observer.h"
#include "report/status.h"
#include "world.h"

namespace pnfs_ha::outage {
namespace {

using Moment = std::optional<Duration>;

double in_seconds(Duration time) {
  return std::chrono::duration<double>(time).count();
}

void since(Moment& moment, bool so, Duration now) {
  if (!so)
    moment.reset();
  else if (!moment)
    moment = now;
}

// Of those that leave a server as able as it was.
bool is_harmless(Kind kind) {
  return kind == Kind::no_vrrp || kind == Kind::no_mirror_link || kind == Kind::strange_names ||
         kind == Kind::run_is_full || kind == Kind::other_host_name;
}

bool holds_what_the_active_needs(const Machine& machine) {
  return machine.mirror.role == "Primary" || machine.writes_to_lun();
}

// As one line of a report: "standby, because …".
std::string status_of(const Machine& machine) {
  const nlohmann::json status = nlohmann::json::parse(machine.text(status_file), nullptr, false);
  if (!status.is_object()) return "tells nothing";
  return status.value("role", "?") + " (" + status.value("reason", "") + ")";
}

}  // namespace

bool Judge::serves(const World& world, const Node& node) {
  const Machine* m = node.machine.get();
  return m != nullptr && m->has_vip() && m->gate_is_open() && m->nfsd_threads > 0 && m->writes_to_lun() &&
         world.lun.may_access(m->port) && world.reaches_clients(node);
}

bool Judge::could_serve(const World& world, const Node& node) {
  if (!node.machine || node.machine->mirror.disk != "UpToDate" || !world.reaches_lun(node)) return false;
  if (node.machine->files.contains(Observer::maintenance_file)) return false;
  // An administrator asked it to let the other one serve (switchover_limit).
  if (world.now - node.switched_over_at < std::chrono::seconds(30)) return false;
  if (!node.agent.there() || waits_for_a_human(*node.machine)) return false;
  return std::ranges::none_of(world.troubles, [&](const Trouble& trouble) {
    return trouble.node == node.index && !is_harmless(trouble.kind);
  });
}

bool Judge::waits_for_a_human(const Machine& machine) {
  return machine.text(status_file).find("died within a minute") != std::string::npos;
}

bool Judge::is_calm(const World& world) {
  return world.troubles.empty() &&
         std::ranges::none_of(world.nodes, [](const Node& node) { return node.boots_at.has_value(); });
}

void Judge::look(const World& world) {
  look_at_lun(world);
  look_at_service(world);
}

void Judge::look_at_lun(const World& world) {
  const auto writes = [&](const Node& node) {
    return node.machine && node.machine->writes_to_lun() && world.lun.may_access(node.machine->port);
  };
  if (std::ranges::all_of(world.nodes, writes))
    throw Violation("two writers", "both servers have the LUN read-write, and may write");
}

void Judge::look_at_service(const World& world) {
  const bool served = std::ranges::any_of(world.nodes, [&](const Node& n) { return serves(world, n); });
  since(outage_since_, !served, world.now);
  since(calm_since_, is_calm(world), world.now);
  Moment able, step;
  for (const Node& node : world.nodes) {
    Moment& mine = able_since_.at(static_cast<std::size_t>(node.index));
    since(mine, could_serve(world, node), world.now);
    if (serves(world, node)) served_at_.at(static_cast<std::size_t>(node.index)) = world.now;
    if (mine && (!able || *mine < *able)) able = mine;
    if (node.machine && node.step_began && (!step || *node.step_began > *step)) step = node.step_began;
  }
  if (!outage_since_) return;
  if (calm_since_ && world.now - std::max(*calm_since_, *outage_since_) > bounds::recovery)
    throw Violation("no recovery", fmt::format("nothing is wrong, and no service for {:.1f} s",
                                               in_seconds(world.now - *outage_since_)));
  if (!able) return;
  const Duration lasts = world.now - std::max(*able, *outage_since_);
  if (lasts <= bounds::outage) longest_outage = std::max(longest_outage, lasts);
  if (lasts <= bounds::outage || (step && world.now - *step <= bounds::progress)) return;
  throw Violation("outage",
                  fmt::format("no service for {:.1f} s, while a server could serve for {:.1f} s",
                              in_seconds(world.now - *outage_since_), in_seconds(world.now - *able)));
}

// What the product may know: its mirror says that the other one is ready. And what gives it no choice.
void Judge::rebooted(const World& world, const Node& node) const {
  const Machine& machine = *node.machine;
  // What XFS or nfsd hang in ends with a reboot, whoever is ready.
  const bool excused = std::ranges::any_of(world.troubles, [&](const Trouble& trouble) {
    return trouble.node == node.index &&
           (trouble.kind == Kind::call_lies || trouble.kind == Kind::keeper_stopped);
  });
  const Moment& able = able_since_.at(static_cast<std::size_t>(node.index));
  const Moment& served = served_at_.at(static_cast<std::size_t>(node.index));
  const bool well = could_serve(world, node) && able && world.now - *able >= bounds::gate_shut && served &&
                    world.now - *served < std::chrono::seconds(1);
  const bool stuck = node.stuck_at && world.now - *node.stuck_at < std::chrono::seconds(130);
  const bool preempted =
      !world.lun.may_access(machine.port) || !world.lun.held || world.lun.held->port != machine.port;
  if (well && !stuck && !(preempted && holds_what_the_active_needs(machine)))
    throw Violation("needless reboot",
                    node.name + " rebooted while it served, and nothing was wrong with it");
  if (machine.mirror.peer_is_ready() || stuck || (preempted && holds_what_the_active_needs(machine)) ||
      excused)
    return;
  throw Violation("reboot", node.name + " rebooted, though no other server is ready");
}

std::string Judge::describe(const World& world) {
  std::string text;
  for (const Trouble& trouble : world.troubles)
    text += fmt::format("  trouble: {}, until {:.2f}\n", outage::describe(world, trouble),
                        in_seconds(trouble.until));
  for (const Node& node : world.nodes) {
    if (!node.machine) {
      text += "  " + node.name + ": off\n";
      continue;
    }
    const Machine& m = *node.machine;
    const MirrorState& d = m.mirror;
    text += fmt::format(
        "  {}: {}{}; VRRP {}{}, track {}; mirror {} {}/{} {}/{}; LUN {}{}; gate {}{}{}\n", node.name,
        node.agent.there() ? "" : "no agent, ", status_of(m), to_string(node.keepalived.state),
        m.has_vip() ? " with VIP" : "", m.text(Election::track_file).substr(0, 2), d.connection, d.role,
        d.peer_role, d.disk, d.peer_disk, m.writes_to_lun() ? "rw" : "ro or none",
        world.lun.may_access(m.port) ? "" : " fenced", m.gate_is_open() ? "open" : "shut",
        serves(world, node) ? ", serves" : "", could_serve(world, node) ? ", could serve" : "");
  }
  return text;
}

}  // namespace pnfs_ha::outage
