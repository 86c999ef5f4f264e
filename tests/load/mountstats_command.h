// The command lines of `pnfs-load mountstats` and `pnfs-load diff`.
#pragma once

#include <CLI/CLI.hpp>

namespace pnfs_load {

// Sets result to 0; throws Error if the directory is not on an NFS mount.
void add_mountstats(CLI::App& app, int& result);

// Sets result to 0 if the data went to the disk itself, 1 if not.
void add_diff(CLI::App& app, int& result);

}  // namespace pnfs_load
