// Is what a read brought back what it had to bring back?
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "block_stamp.h"

namespace pnfs_load {

// What a block may hold at the moment it is read.
struct Allowed {
  std::uint64_t at_least = 1;  // the last acknowledged sequence: anything older is a lost write
  std::uint64_t at_most =
      std::numeric_limits<std::uint64_t>::max();  // the last sequence anybody tried to write
  // A write was under way or had failed: the block may be a mixture of old and new.
  bool disputed = false;
};

enum class Judgement { good, undecided, lost };

struct Verdict {
  Judgement judgement = Judgement::good;
  std::string expected;  // "sequence 5 or later"; empty if good
  std::string found;     // "sequence 3", "zeros"
};

Verdict judge(const Reading& reading, std::uint64_t file, std::uint64_t block, const Allowed& allowed);

// For a block that could not be read at all: found says why, "end of file", "EIO (Input/output error)".
Verdict unreadable(const Allowed& allowed, const std::string& found);

}  // namespace pnfs_load
