// The pulse: until when this server may hold what only the active may have, the VIP among it, without serving
// anybody. The agent moves it on whenever it opens the gate and at every act of a sequence; whatever else it
// does, or does not get to do, lets it run out. It is kept in a file: an agent that is started again goes on
// with what is left, and the guard sees what becomes of one that is not.
#pragma once

#include <optional>

#include "host/host.h"

namespace pnfs_ha {

class Pulse {
 public:
  static constexpr const char* file = "/run/pnfs-ha/pulse";
  // A LUN's path that fails over or a service that is started again is back by then; longer, and another
  // server is better off.
  static constexpr std::chrono::seconds outage{10};
  // An agent that waits in an act says every second that it does (Host::while_waiting()).
  static constexpr std::chrono::seconds act{15};

  explicit Pulse(Host& host);

  void lasts(Host::Duration time);  // from now on
  void beat() { lasts(outage); }
  void beat_in_act() { lasts(act); }
  void stop() { lasts(Host::Duration(0)); }
  bool has_stopped() const { return stopped_for() > Host::Duration(0); }
  Host::Duration stopped_for() const;  // zero while it has not

  // Until when it lasts (Host::uptime()), for whoever is not the agent; nullopt if no agent has run since boot.
  // Throws NewerFormat.
  static std::optional<Host::Duration> read(const Host& host);

 private:
  Host& host_;
  Host::Duration until_;
  bool told_ = true;  // the file could be written
  bool telling_ = false;
};

}  // namespace pnfs_ha
