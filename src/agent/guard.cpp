#include "agent/guard.h"

#include <spdlog/spdlog.h>

#include "agent/pulse.h"
#include "base/error.h"
#include "config/units.h"
#include "server/election.h"

namespace pnfs_ha {

std::optional<std::string> Guard::why_agent_fails() {
  const Host::Duration now = host_.uptime();
  bool away = false;
  try {
    away = !host_.unit_is_active(units::agent);
  } catch (const Error&) {  // systemd does not tell: the pulse does
  }
  if (!away) away_since_.reset();
  if (away && !away_since_) away_since_ = now;
  if (away && now - *away_since_ >= agent_away) return "the agent is not there";
  const auto until = Pulse::read(host_);
  if (until && now - *until >= agent_late) return "the agent hangs";
  return std::nullopt;
}

void Guard::look() {
  const auto why = why_agent_fails();
  if (!why) {
    told_ = false;
    return;
  }
  Election::stand_down(host_);  // it may stand still, or keep the VIP as a standby
  const MirrorState mirror = mirror_.state();
  if (mirror.role != "Primary") return;
  // Nobody would be served sooner, and this server's copy of the NFS state would be lost.
  if (!mirror.peer_is_ready()) {
    if (!told_) spdlog::critical("{}, and no other server is ready to take over", *why);
    told_ = true;
    return;
  }
  spdlog::critical("rebooting at once: {}, and another server is ready to take over", *why);
  host_.reboot_now();
}

}  // namespace pnfs_ha
