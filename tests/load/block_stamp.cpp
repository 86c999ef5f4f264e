#include "block_stamp.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace pnfs_load {
namespace {

constexpr std::uint64_t magic = 0x31'44'41'4f'4c'53'46'4e;  // "NFSLOAD1"
constexpr std::size_t words = block_size / sizeof(std::uint64_t);
constexpr std::size_t checksum_word = 4;
constexpr std::size_t first_filler_word = 5;

using Words = std::array<std::uint64_t, words>;

// splitmix64's finalizer: every bit of the input moves every bit of the output.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// Over every word but the checksum's own; chained, so that the order counts too.
std::uint64_t checksum_of(const Words& block) {
  std::uint64_t sum = magic;
  for (std::size_t i = 0; i < words; ++i) {
    if (i != checksum_word) sum = mix(sum + 0x9e3779b97f4a7c15 + block[i]);
  }
  return sum;
}

}  // namespace

void write_stamp(Block block, const Stamp& stamp) {
  Words content{magic, stamp.file, stamp.block, stamp.sequence};
  std::uint64_t filler = mix(mix(mix(stamp.file) + stamp.block) + stamp.sequence);
  for (std::size_t i = first_filler_word; i < words; ++i) content[i] = mix(filler += 0x9e3779b97f4a7c15);
  content[checksum_word] = checksum_of(content);
  std::memcpy(block.data(), content.data(), block_size);
}

Reading read_stamp(ConstBlock block) {
  Words content{};
  std::memcpy(content.data(), block.data(), block_size);
  if (std::all_of(content.begin(), content.end(), [](std::uint64_t word) { return word == 0; })) {
    return {Content::blank, {}};
  }
  if (content[0] != magic) return {Content::foreign, {}};
  const Stamp stamp{content[1], content[2], content[3]};
  return {content[checksum_word] == checksum_of(content) ? Content::stamped : Content::damaged, stamp};
}

}  // namespace pnfs_load
