// pnfs-ha fence: the fencer (started by the agent, on the active server).
#include <spdlog/spdlog.h>

#include "agent/fencer.h"
#include "linux/linux_host.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

[[noreturn]] void fence() {
  require_root();
  LinuxHost host;
  Fencer fencer(host, load_cluster_config(host));
  std::string last;
  for (;;) {
    std::string now;
    Fencer::Next next = Fencer::Next::pause;
    try {
      next = fencer.round();
    } catch (const std::exception& error) {
      now = error.what();
    }
    if (now != last) spdlog::warn("{}", now.empty() ? "fencing works again" : now);
    last = now;
    if (next == Fencer::Next::pause) host.sleep(Fencer::pause);
    if (next == Fencer::Next::short_pause) host.sleep(Fencer::short_pause);
  }
}

}  // namespace

void add_fence(CLI::App& app, int&) {
  CLI::App* verb = app.add_subcommand("fence", "run the fencer (the agent starts it)");
  verb->callback([] { fence(); });
}

}  // namespace pnfs_ha
