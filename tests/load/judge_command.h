// The command line of `pnfs-load judge`.
#pragma once

#include <CLI/CLI.hpp>

namespace pnfs_load {

// Sets result to 0 if the report is acquitted, 1 if not.
void add_judge(CLI::App& app, int& result);

}  // namespace pnfs_load
