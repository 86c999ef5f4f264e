// pnfs-ha keep: the keeper (started by the agent, on the active server).
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "agent/keeper.h"
#include "base/error.h"
#include "linux/linux_host.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

[[noreturn]] void keep() {
  require_root();
  umask(077);  // the clients see the LUN's file system
  LinuxHost host;
  Keeper keeper(host, load_cluster_config(host));
  std::string last;
  for (;;) {
    std::string now;
    try {
      keeper.round();
    } catch (const Error& error) {
      now = error.what();
    }
    if (now != last) spdlog::warn("{}", now.empty() ? "works again" : now);
    last = now;
    host.sleep(Keeper::pause);
  }
}

}  // namespace

void add_keep(CLI::App& app, int&) {
  CLI::App* verb = app.add_subcommand("keep", "run the keeper (the agent starts it)");
  verb->callback([] { keep(); });
}

}  // namespace pnfs_ha
