// pnfs-ha recover: what only a human can decide, because something may be lost.
#include <iostream>

#include "agent/question.h"
#include "config/cluster_config.h"
#include "control/client.h"
#include "linux/linux_host.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds limit(90);

void recover(Effect effect, Confirmation confirmation) {
  require_root();
  load_cluster_config(LinuxHost());
  const auto ask = [](const RecoverQuestion& question) {
    return recover_answer_from_json(ask_local_agent(to_json(question), limit)).interventions;
  };
  const std::vector<Intervention> found = ask({});
  if (found.empty()) {
    std::cout << "Nothing here needs a decision; see `pnfs-ha status`.\n";
    return;
  }
  for (const Intervention& intervention : found) {
    std::cout << intervention.finding << "\n  would be done: " << intervention.action
              << "\n  would be lost: " << intervention.loss << '\n';
    if (effect == Effect::only_said) continue;
    confirm("Do it?", confirmation);
    ask({intervention.kind});
    std::cout << "Done.\n";
  }
}

}  // namespace

void add_recover(CLI::App& app, int&) {
  struct Options {
    Effect effect = Effect::real;
    Confirmation confirmation = Confirmation::ask;
  };
  auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("recover", "after a failure that needs a human's decision");
  verb->footer(
      "Says what was found, what would be done and what would be lost, asks, and does it. The cases: a "
      "blank server that does not want to wait for one that is off for good; client records that are "
      "damaged on the LUN while the mirror has none; a LUN that something else has reserved.");
  add_dry_run(*verb, options->effect);
  add_choice(*verb, "--yes", options->confirmation, Confirmation::given, "do not ask");
  verb->callback([options] { recover(options->effect, options->confirmation); });
}

}  // namespace pnfs_ha
