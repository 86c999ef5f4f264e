// A block that says what it is: every 4 KiB block carries its file, its number, how often it was written and
// a checksum over all of it, so that whoever reads it later can judge it without a second copy.
//
// Layout, native byte order: magic, file id, block number, sequence, checksum (8 bytes each), then words
// derived from file, block and sequence, so that a mixture of two writes does not look like either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pnfs_load {

inline constexpr std::size_t block_size = 4096;

using Block = std::span<std::byte, block_size>;
using ConstBlock = std::span<const std::byte, block_size>;

struct Stamp {
  std::uint64_t file = 0;   // random, new with every `prepare`: an older file's leftovers do not pass for it
  std::uint64_t block = 0;  // its number in the file
  std::uint64_t sequence = 0;  // 1 as prepared, one more with each overwrite
  bool operator==(const Stamp&) const = default;
};

enum class Content {
  stamped,  // whole, and its stamp can be believed
  damaged,  // a stamp, but the checksum does not match: a mixture of two writes, or broken
  blank,    // zeros: never written, or an extent the file system still takes for unwritten
  foreign,  // anything else
};

struct Reading {
  Content content = Content::blank;
  Stamp stamp;  // what the block claims; zero unless stamped or damaged
};

void write_stamp(Block block, const Stamp& stamp);
Reading read_stamp(ConstBlock block);

}  // namespace pnfs_load
