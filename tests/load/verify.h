// After the storm: is every acknowledged write still there?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal.h"
#include "prepared_files.h"

namespace pnfs_load {

struct Loss {
  std::string file;
  std::optional<std::uint64_t> block;  // absent: the whole file is gone
  std::string expected;
  std::string found;
};

struct Verification {
  std::size_t files = 0;
  std::uint64_t blocks = 0;
  std::uint64_t good = 0;
  std::uint64_t undecided = 0;  // mixtures where the last write was never acknowledged
  std::uint64_t lost = 0;
  std::vector<Loss> losses;  // the first of them
};

// Reads every block of every prepared file past the page cache. Without a journal every block must carry a
// valid stamp of some sequence.
Verification verify(const Path& directory, const std::optional<Journal>& journal);

// "data-0-… block 17: expected sequence 5, found sequence 3"
std::string to_string(const Loss& loss);

}  // namespace pnfs_load
