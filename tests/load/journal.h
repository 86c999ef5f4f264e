// What a run was told is safe, kept outside the mount for `verify`.
//
//   pnfs-load journal 1
//   file INDEX ID BLOCKS
//   INDEX BLOCK ACKNOWLEDGED ISSUED
//
// Blocks without a line are as `prepare` left them. ISSUED is above ACKNOWLEDGED if the last write of the
// block failed or still hung when the run ended: then both are fine, and so is a mixture.
#pragma once

#include <string>
#include <vector>

#include "ledger.h"
#include "prepared_files.h"

namespace pnfs_load {

struct JournalFile {
  unsigned index = 0;
  std::uint64_t id = 0;
  std::vector<BlockState> blocks;
  bool operator==(const JournalFile&) const = default;
};

using Journal = std::vector<JournalFile>;

Journal to_journal(const std::vector<PreparedFile>& files, const Ledger& ledger);

std::string to_text(const Journal& journal);

// Error names the line that makes no sense.
Journal parse_journal(const std::string& text);

}  // namespace pnfs_load
