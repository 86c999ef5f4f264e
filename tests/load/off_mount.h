// Files that must be written while the mount under test hangs.
#pragma once

#include "text_file.h"

namespace pnfs_load {

// UsageError if the file would lie in the directory under test or on its mount.
void require_off_mount(const Path& file, const Path& directory);

// For a report: to find out at the end that it cannot be written would be too late, and an old one must not
// pass for the new one. Requires it to be off the mount, writes it, and removes it. Throws UsageError, Error.
void make_room(const Path& file, const Path& directory);

}  // namespace pnfs_load
