// pnfs-ha history: the takeovers, and what became of the files that were written directly at the time.
#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <iostream>

#include "command.h"
#include "config/cluster_config.h"
#include "history/aftermath.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

struct HistoryOptions {
  bool last = false, files = false, as_json = false;
};

std::string summary(const json& counts) {
  std::string text;
  for (const Fate fate : all_fates)
    if (const int count = counts.value(to_string(fate), 0); count > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(fate));
  return text.empty() ? "no file was being written directly" : text;
}

void print(const json& takeover, bool files) {
  const std::time_t at = takeover.value("at", std::int64_t{0});
  std::cout << fmt::format("{:%F %T}  {} took over from {}{}: {}\n", fmt::localtime(at),
                           takeover.value("server", "?"), takeover.value("former", "?"),
                           takeover.value("planned", false) ? " in order" : "",
                           summary(takeover.value("counts", json::object())));
  if (const int fenced = takeover.value("fenced", 0); fenced > 0)
    std::cout << fmt::format("  {} keys of clients that did not come back were fenced\n", fenced);
  if (const auto untold = takeover.value("untold", 0); untold > 0)
    std::cout << fmt::format("  nfsd did not tell what became of {} late commits\n", untold);
  if (!files) return;
  for (const json& f : takeover.value("files", json::array()))
    std::cout << fmt::format(
        "  {:<15}  {}  {}{}{}\n", f.value("client", "?"),
        f.value("path", "/") == "/" ? fmt::format("inode {}", f.value("inode", std::uint64_t{0}))
                                    : f.value("path", "/"),
        f.value("fate", "?"), f.value("why", "").empty() ? "" : ": ", f.value("why", ""));
  if (const auto more = takeover.value("more", 0); more > 0)
    std::cout << fmt::format("  and {} more, too many to be kept by name\n", more);
}

void show(const HistoryOptions& options) {
  LinuxHost host;
  const ClusterConfig config = load_cluster_config(host);
  json takeovers = History(host, config.mount_point).takeovers();
  if (options.last && !takeovers.empty()) takeovers = json::array({takeovers.back()});
  if (options.as_json) {
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
  CLI::App* verb = app.add_subcommand(
      "history", "show the takeovers, and what became of the files that were being written directly");
  verb->add_flag("--last", options->last, "only the last one");
  verb->add_flag("--files", options->files, "each file");
  verb->add_flag("--json", options->as_json, "as a JSON document");
  verb->callback([options] {
    require_root();
    show(*options);
  });
}

}  // namespace pnfs_ha
