// pnfs-ha guard: the guard (started beside the agent).
#include "agent/guard.h"

#include "linux/linux_host.h"
#include "rounds.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

[[noreturn]] void guard() {
  require_root();
  LinuxHost host;
  Guard guard(host);
  make_rounds(host, "sees again", Guard::pause, [&]() -> Host::Duration {
    guard.look();
    return Guard::pause;
  });
}

}  // namespace

void add_guard(CLI::App& app, int&) {
  CLI::App* verb = app.add_subcommand("guard", "run the guard (systemd starts it beside the agent)");
  verb->callback([] { guard(); });
}

}  // namespace pnfs_ha
