#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/files.h"
#include "host/part.h"

namespace pnfs_ha {

// [begin, end) of a file
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool operator==(const ByteRange&) const = default;
};

// Files of a mounted XFS that are known by their inode.
class Inodes : public Part {
 public:
  // Clients are asked to commit what they wrote directly and to return their layouts, of those files in which
  // something may be uncommitted (no unwritten block, and no block behind the end of the file: nothing is).
  // Returns these, and those that nobody has come back from within the limit. The times of the files change.
  virtual std::set<std::uint64_t> recall_layouts(const Path& mount_point,
                                                 const std::set<std::uint64_t>& inodes,
                                                 std::chrono::milliseconds limit) = 0;
  // Allocated, but zeros to a reader: in order. Nothing if the file cannot be opened at present.
  virtual std::optional<std::vector<ByteRange>> unwritten_ranges(const Path& mount_point,
                                                                 std::uint64_t inode) const = 0;
  // Below the mount point; empty if the file is gone, or if the kernel knows no name of it at present.
  virtual std::string path_of_inode(const Path& mount_point, std::uint64_t inode) const = 0;
};

}  // namespace pnfs_ha
