// A fencer on a simulated active server.
#pragma once

#include "agent/fencer.h"
#include "nfsd_scene.h"

namespace pnfs_ha {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FencerTest : public NfsdScene {
 protected:
  FencerTest() { restart(); }

  void restart() { fencer = std::make_unique<Fencer>(host, two_servers()); }

  // As `pnfs-ha fence` does. Returns what was changed, without the reports.
  Lines run(Host::Duration time) {
    host.changes.clear();
    const Host::Duration end = host.uptime() + time;
    while (host.uptime() < end) {
      Fencer::Next next = Fencer::Next::pause;
      failure = error_of([&] { next = fencer->round(); });
      if (next == Fencer::Next::pause) host.pass(Fencer::pause);
      if (next == Fencer::Next::short_pause) host.pass(Fencer::short_pause);
    }
    std::erase(host.changes, std::string("write ") + fence_report_file);
    return host.changes;
  }
  static std::string preempts(std::uint32_t number) {
    return "PREEMPT AND ABORT " + pr::to_string(previous_key(number)) + " with " + pr::to_string(own_key);
  }
  std::optional<FenceReport> told() { return fence_report(host, NfsServer(host, "demo", 64).state()); }

  // Client 1 was known to the previous active, is registered with its previous key, and does not come back.
  void one_stranger() {
    previous_clients(1);
    registers(1, previous_key(1));
    known(2);
  }

  const std::string gives = "set /sys/module/nfsd/parameters/keep_blocks to N";
  std::unique_ptr<Fencer> fencer;
  std::string failure;
};

}  // namespace pnfs_ha
