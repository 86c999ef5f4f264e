// pnfs-ha history: the takeovers, and what became of the files that were written directly at the time.
#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "config/cluster_config.h"
#include "history/aftermath.h"
#include "linux/linux_host.h"
#include "terminal.h"
#include "verbs.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

enum class Takeovers { all, last };
enum class Files { counted, listed };

struct HistoryOptions {
  Takeovers takeovers = Takeovers::all;
  Files files = Files::counted;
  Output output = Output::text;
};

std::string summary(const json& counts) {
  std::string text;
  for (const Fate fate : all_fates)
    if (const int count = counts.value(to_string(fate), 0); count > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(fate));
  return text.empty() ? "no file was being written directly" : text;
}

void print(const json& takeover, Files files) {
  const std::time_t at = takeover.value("at", std::int64_t{0});
  std::cout << fmt::format("{:%F %T}  {} took over from {}{}: {}\n", fmt::localtime(at),
                           takeover.value("server", "?"), takeover.value("former", "?"),
                           takeover.value("planned", false) ? " in order" : "",
                           summary(takeover.value("counts", json::object())));
  if (const int fenced = takeover.value("fenced", 0); fenced > 0)
    std::cout << fmt::format("  {} keys of clients that did not come back were fenced\n", fenced);
  if (const auto untold = takeover.value("untold", 0); untold > 0)
    std::cout << fmt::format("  nfsd did not tell what became of {} late commits\n", untold);
  if (files == Files::counted) return;
  Table table({15, 0, 0});
  for (const json& f : takeover.value("files", json::array()))
    table.add({"  " + f.value("client", "?"),
               f.value("path", "/") == "/" ? fmt::format("inode {}", f.value("inode", std::uint64_t{0}))
                                           : f.value("path", "/"),
               f.value("fate", "?") + (f.value("why", "").empty() ? "" : ": ") + f.value("why", "")});
  table.print();
  if (const auto more = takeover.value("more", 0); more > 0)
    std::cout << fmt::format("  and {} more, too many to be kept by name\n", more);
}

void show(const HistoryOptions& options) {
  LinuxHost host;
  const ClusterConfig config = load_cluster_config(host);
  json takeovers = History(host, config.mount_point).takeovers();
  if (options.takeovers == Takeovers::last && !takeovers.empty()) takeovers = json::array({takeovers.back()});
  if (options.output == Output::json) {
    std::cout << takeovers.dump(2) << '\n';
    return;
  }
  for (const json& takeover : takeovers) print(takeover, options.files);
  if (takeovers.empty()) std::cout << "no takeover is on record\n";
  if (host.resolve(LayoutJournal::former))
    std::cout << "the last takeover is not on record yet: clients may still commit\n";
}

}  // namespace

void add_history(CLI::App& app, int&) {
  auto options = std::make_shared<HistoryOptions>();
  CLI::App* verb =
      app.add_subcommand("history", "list the takeovers, and what became of the files written directly");
  verb->footer(
      "For each takeover, how many files clients were writing directly at the time: committed late at the "
      "new active; with "
      "nothing left to commit; of a client that did not come back; in doubt, because an fsync(2) hung when "
      "the former active "
      "died and Linux clients forget what an application wrote directly to the same file meanwhile; or such "
      "that may have "
      "lost blocks, because their late commit was refused (stock nfsd refuses all). With --files each file "
      "and, if blocks may "
      "be lost, where. It also tells how many clients that did not come back were fenced.\n"
      "A takeover is judged when no client can commit any more: two lease times after the grace period. The "
      "list is on the "
      "LUN; a standby sees it as of the time when it mounted the LUN.");
  add_choice(*verb, "--last", options->takeovers, Takeovers::last, "only the last one");
  add_choice(*verb, "--files", options->files, Files::listed, "each file");
  add_json(*verb, options->output);
  verb->callback([options] {
    require_root();
    show(*options);
  });
}

}  // namespace pnfs_ha
