// What the agent sees: gathers an Observation, and remembers since when things have been as they are.
#pragma once

#include "agent/lasting.h"
#include "agent/lun_view.h"
#include "agent/neighbours.h"
#include "decision.h"
#include "server.h"

namespace pnfs_ha {

class Observer {
 public:
  // Present while an administrator keeps this server out of the election; survives reboots.
  static constexpr const char* maintenance_file = "/var/lib/pnfs-ha/maintenance";

  // What only the agent itself knows.
  struct AgentState {
    Role role = Role::joining;
    Vrrp vrrp = Vrrp::unknown;
    bool standing_down = false;
    bool retry_due = false;
  };

  explicit Observer(Server& server, Neighbours::Ask ask = {});

  // Never waits for the LUN, and for the witnesses only where the server is about to become active.
  Observation look(const AgentState& agent);

  // The other server has just shown that it is alive: the wait for it begins anew, and a contest is lost.
  void peer_is_alive();

 private:
  // Since when something has been so; nullopt while it is not.
  using Since = std::optional<Host::Duration>;

  void look_at_lun(Observation& seen);
  void look_at_mirror(Observation& seen);
  void look_at_election(Observation& seen);
  void look_at_keeper(Observation& seen);
  Host::Duration time_since(Since& since, bool so) const;
  Host::Duration contested_for(const Observation& seen);

  Server& server_;
  Host& host_;
  LunView lun_;
  int changes_ = 0;  // Reservation::changes(), at the last look
  Neighbours neighbours_;
  Lasting lun_silent_, contest_;
  Since peer_gone_, challenge_, serving_elsewhere_, active_, lun_answers_, unelected_;
  bool witness_answers_ = true;
  Host::Duration witnesses_due_{0};
  bool election_runs_ = true;
  bool keeper_is_newer_ = false;
  Host::Duration election_due_{0};
};

}  // namespace pnfs_ha
