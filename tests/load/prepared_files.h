// The files `prepare` made: DIR/data-INDEX-ID.blk, ID in hexadecimal. The name alone tells what the blocks
// must say.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace pnfs_load {

using Path = std::filesystem::path;

struct PreparedFile {
  unsigned index = 0;
  std::uint64_t id = 0;
  std::uint64_t blocks = 0;  // whole ones, by the file's size
};

struct FileName {
  unsigned index = 0;
  std::uint64_t id = 0;
};

// "00000000deadbeef"
std::string to_hex(std::uint64_t id);

std::string to_name(unsigned index, std::uint64_t id);
std::optional<FileName> parse_name(const std::string& name);

inline std::string name_of(const PreparedFile& file) {
  return to_name(file.index, file.id);
}

// Sorted by index. Error if there are none: `prepare` has not run there.
std::vector<PreparedFile> prepared_files(const Path& directory);

struct Plan {
  unsigned files = 2;
  std::uint64_t blocks = 4096;  // of each file
};

// Removes what an earlier call left, then writes every block of every file with sequence 1 and syncs. Only
// written extents can be overwritten without telling the metadata server: an allocated but unwritten one cannot.
std::vector<PreparedFile> prepare(const Path& directory, const Plan& plan);

}  // namespace pnfs_load
