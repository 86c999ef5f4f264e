// What an agent should do next: a pure function of what it sees.
#pragma once

#include <optional>
#include <string>

#include "node.h"

namespace pnfs_ha {

// Everything that a decision may depend on, as seen at one moment.
struct Observation {
  Role role = Role::joining;
  Vrrp vrrp = Vrrp::unknown;
  bool standing_down = false;  // an administrator asked for a switchover, or the agent is stopping
  bool retry_due = false;      // out of service long enough to try again
  bool alone = false;          // the cluster has no other server yet
  bool first = false;          // this server's id is the lowest
  bool lun_present = false;
  Access access = Access::none;
  std::optional<ReservationState> reservation;  // nullopt: the LUN does not answer
  std::chrono::milliseconds lun_silent_for{0};  // how long it has not answered
  MirrorState mirror;
  NfsState nfs;
  bool vip_present = false;
};

enum class Action {
  wait,
  bring_up,       // join the cluster, or try it again
  seed_mirror,    // every ramdisk is blank: declare this one the truth
  take_over,      // become active
  serve,          // stay active: renew the gate
  release,        // become standby
  renew_standby,  // register and mount again after another server's takeover
  fence_self,     // reboot at once: this server must not answer any more
};

struct Decision {
  Action action = Action::wait;
  bool stand = false;  // for election
  std::string reason;  // why the server is not ready, or why it must act; a phrase
};

const char* to_string(Action action);

Decision decide(const Observation& seen);

}  // namespace pnfs_ha
