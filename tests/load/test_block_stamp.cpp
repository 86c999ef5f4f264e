#include <gtest/gtest.h>

#include <array>

#include "block_stamp.h"

namespace pnfs_load {
namespace {

using Bytes = std::array<std::byte, block_size>;

Bytes stamped(const Stamp& stamp) {
  Bytes bytes{};
  write_stamp(bytes, stamp);
  return bytes;
}

TEST(BlockStamp, says_what_was_written) {
  const Stamp stamp{0xfeedface, 17, 5};
  const Bytes bytes = stamped(stamp);
  const Reading reading = read_stamp(bytes);
  EXPECT_EQ(reading.content, Content::stamped);
  EXPECT_EQ(reading.stamp, stamp);
}

TEST(BlockStamp, zeros_are_blank_and_text_is_foreign) {
  Bytes bytes{};
  EXPECT_EQ(read_stamp(bytes).content, Content::blank);
  bytes.fill(std::byte{'x'});
  EXPECT_EQ(read_stamp(bytes).content, Content::foreign);
}

TEST(BlockStamp, one_flipped_bit_anywhere_behind_the_magic_is_damage) {
  const Bytes good = stamped({1, 2, 3});
  for (std::size_t at = sizeof(std::uint64_t); at < block_size; ++at) {
    Bytes bytes = good;
    bytes[at] ^= std::byte{0x10};
    ASSERT_EQ(read_stamp(bytes).content, Content::damaged) << "byte " << at;
  }
}

TEST(BlockStamp, a_mixture_of_two_writes_of_the_same_block_is_damage_wherever_they_meet) {
  const Bytes before = stamped({1, 2, 3});
  const Bytes after = stamped({1, 2, 4});
  for (std::size_t sector = 512; sector < block_size; sector += 512) {
    Bytes bytes = after;
    std::copy(before.begin() + static_cast<std::ptrdiff_t>(sector), before.end(),
              bytes.begin() + static_cast<std::ptrdiff_t>(sector));
    ASSERT_EQ(read_stamp(bytes).content, Content::damaged) << "new up to " << sector;
  }
}

TEST(BlockStamp, swapped_words_are_damage) {
  Bytes bytes = stamped({1, 2, 3});
  std::swap_ranges(bytes.begin() + 1024, bytes.begin() + 1032, bytes.begin() + 2048);
  EXPECT_EQ(read_stamp(bytes).content, Content::damaged);
}

}  // namespace
}  // namespace pnfs_load
