// pnfs-ha maintenance: keep this server out of the election, also over reboots.
#include <iostream>

#include "agent/observer.h"
#include "agent/question.h"
#include "control/client.h"
#include "follow.h"
#include "linux/linux_host.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds maintenance_limit(60);

enum class HandOver { first, not_needed };

void maintain(const std::string& state, HandOver hand_over, Confirmation confirmation) {
  require_root();
  LinuxHost host;
  load_cluster_config(host);
  if (state.empty()) {
    std::cout << "maintenance is " << (host.resolve(Observer::maintenance_file) ? "on" : "off") << '\n';
    return;
  }
  const bool on = state == "on", force = hand_over == HandOver::not_needed;
  if (on && force)
    confirm("If no other server takes over, all clients wait until one does. Go on?", confirmation);
  else if (on && read_status().role == Role::active)
    switch_over();
  const RoleAnswer answer = role_answer_from_json(
      ask_local_agent(to_json(MaintenanceQuestion{.on = on, .force = force}), maintenance_limit));
  std::cout << "maintenance is " << state << "; this server is " << to_string(answer.role)
            << (on ? " and stays out of the election, also after a reboot\n" : "\n");
}

}  // namespace

void add_maintenance(CLI::App& app, int&) {
  struct Options {
    std::string state;
    HandOver hand_over = HandOver::first;
    Confirmation confirmation = Confirmation::ask;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("maintenance", "keep this server out of the election");
  verb->footer(
      "on keeps this server out of the election, also over reboots; an active one hands over first, and "
      "refuses if no other server is ready, unless --force is given. off lets it stand again. Without an "
      "argument: tells whether it is on.");
  verb->add_option("state", options->state, "whether it stays out")->check(CLI::IsMember({"on", "off"}));
  add_choice(*verb, "--force", options->hand_over, HandOver::not_needed,
             "at once, even if no other server takes over");
  add_choice(*verb, "--yes", options->confirmation, Confirmation::given, "do not ask");
  verb->callback([options] { maintain(options->state, options->hand_over, options->confirmation); });
}

}  // namespace pnfs_ha
