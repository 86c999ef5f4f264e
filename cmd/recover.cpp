// pnfs-ha recover: what only a human can decide, because something may be lost.
#include <iostream>
#include <nlohmann/json.hpp>

#include "control/client.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds limit(90);

void recover(Effect effect, Confirmation confirmation) {
  require_root();
  const json ailments = ask_local_agent({{"verb", "recover"}}, limit).at("ailments");
  if (ailments.empty()) {
    std::cout << "Nothing here needs a decision; see `pnfs-ha status`.\n";
    return;
  }
  for (const json& a : ailments) {
    std::cout << a.value("finding", "") << "\n  would be done: " << a.value("act", "")
              << "\n  would be lost: " << a.value("loss", "") << '\n';
    if (effect == Effect::only_said) continue;
    confirm("Do it?", confirmation);
    ask_local_agent({{"verb", "recover"}, {"cure", a.at("cure")}}, limit);
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
      "Says what was found, what would be done and what would be lost, asks, and does it. The cases: a blank "
      "server that "
      "does not want to wait for one that is off for good; client records that are damaged on the LUN while "
      "the mirror has "
      "none; a LUN that something else has reserved.");
  add_dry_run(*verb, options->effect);
  add_choice(*verb, "--yes", options->confirmation, Confirmation::given, "do not ask");
  verb->callback([options] { recover(options->effect, options->confirmation); });
}

}  // namespace pnfs_ha
