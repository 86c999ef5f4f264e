#include "server/exports.h"

#include <spdlog/spdlog.h>

#include <sstream>

#include "base/error.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

// A line for each client: DIRECTORY TAB CLIENT(OPTIONS)
const Path table = "/var/lib/nfs/etab";

bool exports(const Host& host, const Path& directory) {
  std::istringstream lines(host.read_file(table).value_or(""));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(directory.string() + "\t")) return true;
  return false;
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
}

void unexport_all(Host& host) {
  host.must_run({"exportfs", "-ua"});
  host.stop_unit(units::mountd);
}

}  // namespace pnfs_ha
