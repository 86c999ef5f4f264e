// Everything that may happen next in a world: one move at a time, in any order.
#pragma once

#include <functional>
#include <string>

#include "agent.h"

namespace pnfs_ha::model {

enum class Happening : Byte {
  power_off,
  boot,
  san_cut,
  san_back,
  witness_cut,
  witness_back,
  cable_cut,
  cable_back,
  agent_hangs,
  agent_goes_on,
  agent_restarts,
  target_forgets,
  decides,
  decides_without_keepalived,
  acts,
  act_fails,
  act_fails_after_its_effect,
  mirrors_connect,
  mirror_reconnects,
  sync_ends,
  challenge_ages,
  client_registers,
  client_fenced,
  records_change,
  records_half_saved,
  records_saved,
  nfsd_registers,
  nfsd_reserves,
  count_of_happenings,
};

struct Move {
  Happening what = Happening::acts;
  int server = -1;
  int peer = -1;
  Task task = Task::idle;  // decided, or acted on
  const std::string* act = nullptr;
};

// When the target may lose its registrations and the reservation.
enum class Forgetting { at_any_time, but_not_in_the_middle_of_a_preemption };

// How far the exploration goes.
struct Bounds {
  int faults = 2;   // in one history
  int changes = 1;  // of the client records
  bool step_failures = true;
  Forgetting forgetting = Forgetting::but_not_in_the_middle_of_a_preemption;
};

using Visit = std::function<void(const World& next, const Move& move, const char* violation)>;

class Moves {
 public:
  Moves(AgentModel& agent, Bounds bounds) : agent_(agent), bounds_(bounds) {}

  void each(const World& world, const Visit& visit) const;

 private:
  void faults(const World& world, int server, const Visit& visit) const;
  void repairs(const World& world, int server, const Visit& visit) const;
  void steps(const World& world, int server, const Visit& visit) const;
  void clients(const World& world, int server, const Visit& visit) const;
  void nfsd(const World& world, int server, const Visit& visit) const;
  void save(const World& world, int server, const Visit& visit) const;
  void links(const World& world, const Visit& visit) const;

  AgentModel& agent_;
  Bounds bounds_;
};

// A holder that would answer a challenge: its agent runs, sees the LUN, and is busy with nothing else.
bool answers_challenges(const World& world, int server, const Rules& rules);

std::string describe(const Move& move);
std::string describe(const World& world);

}  // namespace pnfs_ha::model
