// What must always be so.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace pnfs_ha::outage {

class Machine;
struct World;
struct Node;

// rule: which one, without what differs from case to case.
struct Violation : std::runtime_error {
  Violation(std::string which, const std::string& what) : std::runtime_error(what), rule(std::move(which)) {}
  std::string rule;
};

namespace bounds {
using Duration = std::chrono::milliseconds;
using std::chrono::seconds;

// How long an active may keep its gate shut before it releases or reboots: the claim.
constexpr seconds gate_shut(10);
// A server that could not get ready tries again after this (failures.cpp).
constexpr seconds retry(10);
// VRRP notices that nobody is master.
constexpr Duration vrrp(3600);
// Who lost a contest stays out until DRBD says that the active has gone (drbd.res.in).
constexpr Duration mirror(3500);
// Ticks of both agents (1 s each), systemd's restart of one (0.2 s).
constexpr Duration ticks(2200);
// From the moment where a server can serve and none does: the active gives up while the other gets ready.
constexpr Duration outage = Duration(gate_shut) + retry + vrrp + mirror + ticks;
static_assert(outage <= seconds(30));

// A takeover that makes progress is no outage: a step of it began so long ago at most.
constexpr seconds progress(10);
// Nothing is wrong any more: both servers may have lost their ramdisks, and wait for each other first.
constexpr seconds recovery(150);
}  // namespace bounds

class Judge {
 public:
  void look(const World& world);                              // throws Violation
  void rebooted(const World& world, const Node& node) const;  // by the product; throws Violation
  static bool serves(const World& world, const Node& node);   // clients who come by the VIP
  static bool could_serve(const World& world, const Node& node);
  // Too many servers died young (src/server/terms.h).
  static bool waits_for_a_human(const Machine& machine);
  static bool is_calm(const World& world);  // nothing is wrong
  static std::string describe(const World& world);

  std::chrono::milliseconds longest_outage{0};  // while some server could serve

 private:
  void look_at_service(const World& world);
  static void look_at_lun(const World& world);

  std::optional<std::chrono::milliseconds> outage_since_, calm_since_;
  std::array<std::optional<std::chrono::milliseconds>, 2> able_since_, served_at_;
};

}  // namespace pnfs_ha::outage
