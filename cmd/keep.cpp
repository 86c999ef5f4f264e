// pnfs-ha keep: the keeper (started by the agent, on the active server).
#include <sys/stat.h>

#include "agent/keeper.h"
#include "linux/linux_host.h"
#include "rounds.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

[[noreturn]] void keep() {
  require_root();
  umask(077);  // the clients see the LUN's file system
  LinuxHost host;
  Keeper keeper(host, load_cluster_config(host));
  make_rounds(host, "works again", Keeper::pause, [&]() -> Host::Duration {
    keeper.round();
    return Keeper::pause;
  });
}

}  // namespace

void add_keep(CLI::App& app, int&) {
  CLI::App* verb = app.add_subcommand("keep", "run the keeper (the agent starts it)");
  verb->callback([] { keep(); });
}

}  // namespace pnfs_ha
