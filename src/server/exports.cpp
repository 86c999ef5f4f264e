#include "server/exports.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

// A line for each client: DIRECTORY TAB CLIENT(OPTIONS)
const Path table = "/var/lib/nfs/etab";

struct Exported {
  std::string directory, to;  // with its options
};

std::vector<Exported> exported(const Host& host) {
  std::vector<Exported> found;
  std::istringstream lines(host.read_file(table).value_or(""));
  for (std::string line; std::getline(lines, line);)
    if (const std::size_t tab = line.find('\t'); tab != std::string::npos)
      found.push_back({line.substr(0, tab), line.substr(tab + 1)});
  return found;
}

bool exports(const Host& host, const Path& directory) {
  return std::ranges::any_of(exported(host), [&](const Exported& e) { return e.directory == directory; });
}

// Clients that an administrator's own NFSv4 root is for as well could be given that one as `/`: mountd answers for any export
// with fsid=0 (match_fsid(), nfs-utils' support/export/cache.c).
void withdraw_other_roots(Host& host, const Path& directory) {
  for (const auto& [other, to] : exported(host)) {
    const std::size_t options = to.find('(');
    const bool root =
        options != std::string::npos && ("," + to.substr(options + 1)).find(",fsid=0,") != std::string::npos;
    if (!root || other == directory) continue;
    spdlog::warn("{} is exported with fsid=0 as well: withdrawn, clients have one root", other);
    const CommandResult result = host.run({"exportfs", "-u", to.substr(0, options) + ":" + other});
    if (result.exit_code != 0)
      spdlog::error(
          "exportfs does not withdraw it ({}): take fsid=0 from it in /etc/exports, `/` is the cluster's",
          without_line_end(result.message));
  }
}

}  // namespace

void export_all(Host& host, const Path& directory) {
  host.start_unit(units::mountd);
  try {
    host.must_run({"exportfs", "-r"});
  } catch (const Error& error) {
    // It fails for any line of anybody's that it does not like, and exports what the others say.
    if (!exports(host, directory)) throw;
    spdlog::warn("{}; {} is exported all the same", error.what(), directory.string());
  }
  withdraw_other_roots(host, directory);
}

void unexport_all(Host& host) {
  host.must_run({"exportfs", "-ua"});
  host.stop_unit(units::mountd);
}

}  // namespace pnfs_ha
