#include "keepalived.h"

#include "world.h"

namespace pnfs_ha::outage {
namespace {

bool in_fault(const World& world, const Node& node) {
  const Machine& machine = *node.machine;
  // No file, or a file without a number: keepalived counts it as 0.
  if (machine.text(Election::track_file) == " 1\n") return true;
  if (!machine.has_carrier()) return true;
  const auto& gone = node.keepalived.agent_gone_since;
  return world.product.guarded && gone && world.now - *gone >= Keepalived::process_missed_for;
}

void turn(World& world, Node& node, Vrrp state) {
  Keepalived& self = node.keepalived;
  if (self.state == state) return;
  world.log.add(world.now, node.name, std::string("VRRP ") + to_string(state));
  Node& other = world.other(node);
  // An advertisement of priority 0.
  if (self.state == Vrrp::master && other.keepalived.state == Vrrp::backup && world.hear_each_other())
    other.keepalived.heard_at = world.now - Keepalived::master_down_after + Keepalived::skew;
  self.state = state;
  self.heard_at = world.now;
  node.machine->give_vip(state == Vrrp::master);
  if (state == Vrrp::unknown) return;
  node.fifo = state;
  node.agent.wake();
}

void look_for_agent(World& world, Node& node) {
  auto& gone = node.keepalived.agent_gone_since;
  if (node.agent.there())
    gone.reset();
  else if (!gone)
    gone = world.now;
}

bool has_highest_priority(const Node& node) {
  return node.machine && node.machine->text(Election::track_file) == "-1\n";
}

// Of two masters who hear each other the one that serves stays; of equal priorities, that with the higher address.
bool yields(const World& world, const Node& node) {
  const Node& other = world.other(node);
  if (other.keepalived.state != Vrrp::master || !world.hear_each_other()) return false;
  if (has_highest_priority(node) != has_highest_priority(other)) return has_highest_priority(other);
  return node.index < other.index;
}

Keepalived::Duration master_down_after(const Node& node) {
  return has_highest_priority(node) ? Keepalived::master_down_after - Keepalived::skew
                                    : Keepalived::master_down_after;
}

void step(World& world, Node& node) {
  Keepalived& self = node.keepalived;
  if (!node.machine) {
    self = {};
    return;
  }
  look_for_agent(world, node);
  if (!node.machine->units.contains(units::keepalived)) {
    // Who was killed leaves the address behind.
    if (self.restarts_at)
      self.state = Vrrp::unknown;
    else
      turn(world, node, Vrrp::unknown);
    return;
  }
  const bool fault = in_fault(world, node);
  if (fault) return turn(world, node, Vrrp::fault);
  switch (self.state) {
    case Vrrp::unknown:
    case Vrrp::fault:
      return turn(world, node, Vrrp::backup);
    case Vrrp::backup:
      if (world.other(node).keepalived.state == Vrrp::master && world.hear_each_other())
        self.heard_at = world.now;
      if (world.now - self.heard_at >= master_down_after(node)) turn(world, node, Vrrp::master);
      return;
    case Vrrp::master:
      if (yields(world, node)) turn(world, node, Vrrp::backup);
      return;
  }
}

}  // namespace

void elect(World& world) {
  for (Node& node : world.nodes) step(world, node);
}

}  // namespace pnfs_ha::outage
