// pnfs-ha recover: what only a human can decide, because something may be lost.
#include <iostream>

#include "command.h"
#include "control/client.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds limit(90);

void recover(bool dry_run, bool yes) {
  require_root();
  const json ailments = ask_local_agent({{"verb", "recover"}}, limit).at("ailments");
  if (ailments.empty()) {
    std::cout << "Nothing here needs a decision; see `pnfs-ha status`.\n";
    return;
  }
  for (const json& a : ailments) {
    std::cout << a.value("finding", "") << "\n  would be done: " << a.value("act", "")
              << "\n  would be lost: " << a.value("loss", "") << '\n';
    if (dry_run) continue;
    confirm("Do it?", yes);
    ask_local_agent({{"verb", "recover"}, {"cure", a.at("cure")}}, limit);
    std::cout << "Done.\n";
  }
}

}  // namespace

void add_recover(CLI::App& app, int&) {
  auto dry_run = std::make_shared<bool>(false), yes = std::make_shared<bool>(false);
  CLI::App* verb = app.add_subcommand(
      "recover", "after a failure that needs a decision: say what would be lost, ask, do it");
  verb->add_flag("--dry-run", *dry_run, "only say what would be done and lost");
  verb->add_flag("--yes", *yes, "do not ask");
  verb->callback([dry_run, yes] { recover(*dry_run, *yes); });
}

}  // namespace pnfs_ha
