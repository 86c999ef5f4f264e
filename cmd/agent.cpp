// pnfs-ha agent: the service.
#include "agent/service.h"
#include "linux/linux_host.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {

void add_agent(CLI::App& app, int&) {
  CLI::App* verb = app.add_subcommand("agent", "run the service (systemd starts it)");
  verb->callback([] {
    require_root();
    LinuxHost host(LinuxHost::Calls::bounded);
    run_agent_service(host, load_cluster_config(host));
  });
}

}  // namespace pnfs_ha
