// pnfs-ha history: the takeovers, and what became of the files that were written directly at the time.
#include <spdlog/fmt/fmt.h>

#include <iostream>

#include "base/json.h"
#include "config/cluster_config.h"
#include "history/layout_journal.h"
#include "linux/linux_host.h"
#include "report/history_text.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

enum class Takeovers { all, last };
enum class Listing { counted, listed };

struct HistoryOptions {
  Takeovers takeovers = Takeovers::all;
  Listing listing = Listing::counted;
  Output output = Output::text;
};

void print(const Takeover& takeover, Listing listing) {
  std::cout << describe(takeover);
  if (listing == Listing::counted) return;
  Table table({15, 0, 0});
  for (std::vector<std::string>& row : describe_files(takeover)) {
    row.front().insert(0, "  ");
    table.add(std::move(row));
  }
  table.print();
  if (takeover.more > 0)
    std::cout << fmt::format("  and {} more, too many to be kept by name\n", takeover.more);
}

void show(const HistoryOptions& options) {
  LinuxHost host;
  const ClusterConfig config = load_cluster_config(host);
  auto [takeovers, unread] = History(host, config.mount_point).read();
  if (!unread.empty()) std::cerr << "pnfs-ha: " << unread << '\n';
  if (options.takeovers == Takeovers::last && !takeovers.empty())
    takeovers.erase(takeovers.begin(), takeovers.end() - 1);
  if (options.output == Output::json) {
    std::cout << to_text(to_array(takeovers), 2) << '\n';
    return;
  }
  for (const Takeover& takeover : takeovers) print(takeover, options.listing);
  if (takeovers.empty()) std::cout << "no takeover is on record\n";
  if (host.resolve(LayoutJournal::previous))
    std::cout << "the last takeover is not on record yet: clients may still commit\n";
}

}  // namespace

void add_history(CLI::App& app, int&) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* verb =
      app.add_subcommand("history", "list the takeovers, and what became of the files written directly");
  verb->footer(
      "For each takeover, how many files clients were writing directly at the time: committed late at the "
      "new active; with nothing left to commit; of a client that did not come back; in doubt, because an "
      "fsync(2) hung when the previous active died and Linux clients forget what an application wrote "
      "directly to the same file meanwhile; or with blocks that may be lost, because their late commit was "
      "refused (stock nfsd refuses all). With --files each file and, if blocks may be lost, where. It also "
      "tells how many clients that did not come back were fenced. --json has, for each file, an outcome: "
      "committed_late, nothing_to_commit, client_gone, in_doubt, may_have_lost_blocks.\n"
      "A takeover is judged when no client can commit any more: two lease times after the grace period. The "
      "list is on the LUN; a standby sees it as of the time when it mounted the LUN.");
  add_choice(*verb, "--last", options->takeovers, Takeovers::last, "only the last one");
  add_choice(*verb, "--files", options->listing, Listing::listed, "each file");
  add_json(*verb, options->output);
  verb->callback([options] {
    require_root();
    show(*options);
  });
}

}  // namespace pnfs_ha
