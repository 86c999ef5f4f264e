// One thing the exerciser does to a file, as data: chosen at random, done, remembered, done again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pnfs_load {

enum class Kind {
  write_direct,  // O_DIRECT, whole blocks
  write_buffered,
  write_mapped,  // mmap(2), left dirty
  write_msync,   // mmap(2) and msync(MS_SYNC)
  append,        // buffered, O_APPEND
  read_direct,
  read_buffered,
  read_mapped,
  allocate,  // fallocate(2) without flags: extends
  punch,     // fallocate(2), FALLOC_FL_PUNCH_HOLE
  truncate,  // to `length` bytes, up or down
  fsync,
  stat,    // the size, of fstat(2)
  reopen,  // close(2), open(2)
  rename,  // to its other name
};
inline constexpr std::size_t kinds = static_cast<std::size_t>(Kind::rename) + 1;

struct Action {
  Kind kind = Kind::fsync;
  std::uint64_t offset = 0;  // append: where the end was when it was done first
  std::uint64_t length = 0;  // bytes; truncate: the new size
  unsigned number = 0;       // its place in the history, from 1: what it writes says so
  unsigned client = 0;       // who did it, where several clients share the file; otherwise 0
  bool operator==(const Action&) const = default;
};

using History = std::vector<Action>;

const char* name_of(Kind kind);  // a literal, "write-direct"

bool is_write(Kind kind);   // brings content of its own
bool is_read(Kind kind);    // may find wrong bytes
bool is_mapped(Kind kind);  // needs the whole range below the end
bool is_direct(Kind kind);
bool is_buffered(Kind kind);  // goes through the page cache: buffered, mapped, append

// Could it have changed bytes of [begin, end), or can it change what a reader sees of them (fsync, reopen)?
bool touches(const Action& action, std::uint64_t begin, std::uint64_t end);

// "17 write-direct 4096 8192", with " client 2" if one is named
std::string to_string(const Action& action);
std::optional<Action> parse_action(const std::string& line);

}  // namespace pnfs_load
