// The guard: a process of its own beside the agent, on every server. The agent ends each outage that it can
// end (Pulse). One that is not there, may not start or cannot be killed does not; its gate is shut, keepalived
// gives up the VIP (track_process in keepalived.conf.in), and still no other server can take over: DRBD
// refuses a second Primary. Then the guard reboots this one.
#pragma once

#include <optional>

#include "server/state_mirror.h"

namespace pnfs_ha {

class Guard {
 public:
  static constexpr std::chrono::seconds pause{1};  // between two looks
  // systemd starts an agent that died again within a second, on a machine that has the time.
  static constexpr std::chrono::seconds agent_away{10};
  // After its pulse stopped the agent releases, act by act, or reboots.
  static constexpr std::chrono::seconds agent_late{5};

  explicit Guard(Host& host) : host_(host), mirror_(host) {}

  // Needs no cluster.toml, which may be what the agent does not start for. Throws what it could not see.
  void look();

 private:
  std::optional<std::string> why_agent_fails();

  Host& host_;
  StateMirror mirror_;
  std::optional<Host::Duration> away_since_;
  bool told_ = false;  // why it does not reboot
};

}  // namespace pnfs_ha
