#include "report/history_text.h"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

namespace pnfs_ha {
namespace {

std::string summary(const Takeover& takeover) {
  std::string text;
  for (const auto& [outcome, count] : takeover.counts)
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(outcome));
  return text.empty() ? "no file was being written directly" : text;
}

}  // namespace

std::string describe(const Takeover& takeover) {
  std::string text =
      fmt::format("{:%F %T}  {} took over from {}{}: {}\n", fmt::localtime(std::time_t{takeover.at}),
                  takeover.server, takeover.previous, takeover.planned ? " in order" : "", summary(takeover));
  if (takeover.fenced > 0)
    text += fmt::format("  {} keys of clients that did not come back were fenced\n", takeover.fenced);
  if (takeover.untold > 0)
    text += fmt::format("  nfsd did not tell what became of {} late commits\n", takeover.untold);
  return text;
}

std::vector<std::vector<std::string>> describe_files(const Takeover& takeover) {
  std::vector<std::vector<std::string>> rows;
  for (const FileOutcome& f : takeover.files)
    rows.push_back({f.client, f.path == "/" ? fmt::format("inode {}", f.inode) : f.path,
                    std::string(to_string(f.outcome)) + (f.why.empty() ? "" : ": ") + f.why});
  return rows;
}

}  // namespace pnfs_ha
