// The command line of `pnfs-load exercise`.
#pragma once

#include <CLI/CLI.hpp>

namespace pnfs_load {

// Sets result to 0 if all was well, 1 if not. Throws what exercise() throws.
void add_exercise(CLI::App& app, int& result);

}  // namespace pnfs_load
