// pnfs-ha fence: the fencer (started by the agent, on the active server).
#include "agent/fencer.h"
#include "linux/linux_host.h"
#include "rounds.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

[[noreturn]] void fence() {
  require_root();
  LinuxHost host;
  Fencer fencer(host, load_cluster_config(host));
  make_rounds(host, "fencing works again", Fencer::pause, [&]() -> Host::Duration {
    switch (fencer.round()) {
      case Fencer::Next::pause:
        return Fencer::pause;
      case Fencer::Next::short_pause:
        return Fencer::short_pause;
      case Fencer::Next::at_once:
        break;
    }
    return Host::Duration(0);
  });
}

}  // namespace

void add_fence(CLI::App& app, int&) {
  CLI::App* verb = app.add_subcommand("fence", "run the fencer (the agent starts it)");
  verb->callback([] { fence(); });
}

}  // namespace pnfs_ha
