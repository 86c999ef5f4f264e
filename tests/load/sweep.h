// Reads every block of a prepared file past the page cache, in big pieces.
#pragma once

#include <functional>
#include <string>

#include "block_stamp.h"
#include "prepared_files.h"

namespace pnfs_load {

struct SweptBlock {
  std::uint64_t number = 0;
  Reading reading;
  std::string unreadable;  // why, if it could not be read; then there is no reading
};

// Throws Error if the file cannot be opened; a block that cannot be read is told, not thrown.
void sweep(const Path& path, std::uint64_t blocks, const std::function<void(const SweptBlock&)>& visit);

}  // namespace pnfs_load
