// pnfs-ha maintenance: keep this server out of the election, also over reboots.
#include <iostream>

#include "agent/senses.h"
#include "command.h"
#include "control/client.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds release_limit(60);

void maintain(const std::string& state, bool force, bool yes) {
  require_root();
  LinuxHost host;
  load_cluster_config(host);
  if (state.empty()) {
    std::cout << "maintenance is " << (host.resolve(Senses::maintenance_file) ? "on" : "off") << '\n';
    return;
  }
  const bool on = state == "on";
  if (on && force)
    confirm("If no other server takes over, all clients wait until one does. Go on?", yes);
  else if (on && read_status().at("role") == "active")
    switch_over();
  const json answer = ask_local_agent({{"verb", "maintenance"}, {"on", on}, {"force", force}}, release_limit);
  std::cout << "maintenance is " << state << "; this server is " << answer.value("role", "?")
            << (on ? " and stays out of the election, also after a reboot\n" : "\n");
}

}  // namespace

void add_maintenance(CLI::App& app, int&) {
  struct Options {
    std::string state;
    bool force = false, yes = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "maintenance", "keep this server out of the election (on), let it stand again (off), or show which");
  verb->add_option("state", options->state, "on or off")->check(CLI::IsMember({"on", "off"}));
  verb->add_flag("--force", options->force, "at once, even if no other server takes over");
  verb->add_flag("--yes", options->yes, "do not ask");
  verb->callback([options] { maintain(options->state, options->force, options->yes); });
}

}  // namespace pnfs_ha
