// pnfs-ha switchover: hand the active role to the other server, in order and without a loss.
#include <iostream>

#include "command.h"
#include "control.h"
#include "linux_host.h"
#include "plan.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds release_limit(60);
constexpr std::chrono::seconds takeover_limit(60);

void print_plan() {
  LinuxHost host;
  Node node(host, load_cluster_config(host));
  for (const std::string& act : takeover(node).undos()) std::cout << "would here: " << act << '\n';
  for (const std::string& act : takeover(node).acts()) std::cout << "would there: " << act << '\n';
}

}  // namespace

void switch_over() {
  const int before = last_step();
  ask_local_agent({{"verb", "switchover"}}, release_limit);
  follow_agent(
      before,
      [](const json& status) {
        return status.at("role") == "standby" && status.at("lun").at("reservation").at("holder") == "peer";
      },
      takeover_limit);
  std::cout << "\nThe other server is active; this one is standby.\n";
}

void add_switchover(CLI::App& app, int&) {
  auto dry_run = std::make_shared<bool>(false);
  CLI::App* verb = app.add_subcommand("switchover", "on the active: make the other server active");
  verb->add_flag("--dry-run", *dry_run, "only print what would be done");
  verb->callback([dry_run] {
    require_root();
    *dry_run ? print_plan() : switch_over();
  });
}

}  // namespace pnfs_ha
