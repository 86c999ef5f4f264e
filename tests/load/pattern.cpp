#include "pattern.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace pnfs_load {
namespace {

constexpr std::uint64_t factor1 = 0xbf58476d1ce4e5b9;
constexpr std::uint64_t factor2 = 0x94d049bb133111eb;
constexpr std::uint64_t tag = 0x2a;  // six bits

// splitmix64's finalizer, a bijection.
std::uint64_t scramble(std::uint64_t value) {
  value = (value ^ (value >> 30)) * factor1;
  value = (value ^ (value >> 27)) * factor2;
  return value ^ (value >> 31);
}

// Modulo 2^64, by Newton: each round doubles the number of correct bits, an odd number starts with three.
constexpr std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t result = odd;
  for (int i = 0; i < 5; ++i) result *= 2 - odd * result;
  return result;
}

std::uint64_t undo_shift(std::uint64_t value, unsigned shift) {
  std::uint64_t result = value;
  for (unsigned known = shift; known < 64; known += shift) result = value ^ (result >> shift);
  return result;
}

std::uint64_t unscramble(std::uint64_t value) {
  value = undo_shift(value, 31) * inverse(factor2);
  value = undo_shift(value, 27) * inverse(factor1);
  return undo_shift(value, 30);
}

}  // namespace

Pattern::Pattern(std::uint64_t seed) : key_(scramble(seed + 0x9e3779b97f4a7c15)) {}

std::uint64_t Pattern::word(std::uint64_t offset, const Origin& origin) const {
  std::uint64_t packed = tag;
  packed = packed * most_files + origin.file % most_files;
  packed = packed * most_lives + origin.life % most_lives;
  packed = packed * most_actions + origin.action % most_actions;
  packed = packed * (most_file_bytes / 8) + offset / 8 % (most_file_bytes / 8);
  return scramble(packed ^ key_);
}

std::byte Pattern::at(std::uint64_t offset, const Origin& origin) const {
  std::array<std::byte, 8> bytes{};
  const std::uint64_t content = word(offset, origin);
  std::memcpy(bytes.data(), &content, bytes.size());
  return bytes[offset % 8];
}

void Pattern::fill(std::span<std::byte> bytes, std::uint64_t offset, const Origin& origin) const {
  while (!bytes.empty()) {
    const std::uint64_t content = word(offset, origin);
    const auto skipped = static_cast<std::size_t>(offset % 8);
    const std::size_t length = std::min(bytes.size(), 8 - skipped);
    std::memcpy(bytes.data(), reinterpret_cast<const char*>(&content) + skipped, length);
    bytes = bytes.subspan(length);
    offset += length;
  }
}

std::optional<Sighting> Pattern::identify(std::uint64_t word) const {
  std::uint64_t packed = unscramble(word) ^ key_;
  const auto take = [&packed](std::uint64_t values) {
    const std::uint64_t value = packed % values;
    packed /= values;
    return value;
  };
  Sighting seen;
  seen.offset = take(most_file_bytes / 8) * 8;
  seen.origin.action = static_cast<unsigned>(take(most_actions));
  seen.origin.life = static_cast<unsigned>(take(most_lives));
  seen.origin.file = static_cast<unsigned>(take(most_files));
  if (packed != tag || seen.origin.action == 0) return std::nullopt;
  return seen;
}

}  // namespace pnfs_load
