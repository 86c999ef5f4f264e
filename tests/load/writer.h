// Writes one file in the ways a script names, and everything also to a shadow: a plain copy of what the file
// must hold when all is over, kept where no server can lose it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <optional>
#include <ostream>
#include <string>

namespace pnfs_load {

using Path = std::filesystem::path;

// A script has one command a line; sizes and offsets are bytes, with k or m for KiB or MiB.
//
//   write direct|buffered|mapped OFFSET LENGTH   fresh content each time; direct: whole blocks; mapped: below
//   the end writeback                                    dirty pages reach the disk, nothing is committed
//   (sync_file_range(2)) allocate OFFSET LENGTH                       fallocate(2) punch OFFSET LENGTH
//   fallocate(2), FALLOC_FL_PUNCH_HOLE truncate SIZE fsync wait PATH                                    until
//   that file exists pause MILLISECONDS
class Writer {
 public:
  // Creates both files, or opens them. Throws Error.
  Writer(const Path& file, const Path& shadow);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  // One line; throws UsageError if it makes no sense, Error if the file does not take it.
  void obey(const std::string& line);

 private:
  struct Bytes {
    std::uint64_t offset, length;
  };
  void write(const std::string& how, Bytes where);
  void write_mapped(const std::string& content, Bytes where);
  void allocate(int mode, Bytes where);

  Path path_;
  int file_ = -1;
  int direct_ = -1;
  int shadow_ = -1;
  std::uint64_t writes_ = 0;
};

// Obeys every line and says "ok LINE" for each. Throws what Writer throws; then nothing after that line was done.
void obey_script(Writer& writer, std::istream& script, std::ostream& log);

// "64k" → 65536; nullopt if it is no size.
std::optional<std::uint64_t> parse_size(const std::string& text);

}  // namespace pnfs_load
