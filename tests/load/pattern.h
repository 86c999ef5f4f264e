// What the exerciser writes. Every aligned word of eight bytes tells who wrote it: the run (by its seed), the
// file, its life, the action, and where. So what is found in a wrong place says where it comes from.
//
// A word is (file, life, action, offset), scrambled by a bijection. Parts of words, at the edges of unaligned
// writes, cannot be told by themselves, only compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace pnfs_load {

inline constexpr std::uint64_t most_file_bytes = std::uint64_t{8} << 20;
inline constexpr unsigned most_files = 1U << 8;
inline constexpr unsigned most_lives = 1U << 14;
inline constexpr unsigned most_actions = 1U << 16;  // of one life

struct Origin {
  unsigned file = 0;
  unsigned life = 0;
  unsigned action = 0;  // its number; never 0 in what was written
  bool operator==(const Origin&) const = default;
};

struct Sighting {
  Origin origin;
  std::uint64_t offset = 0;  // where it was written
};

class Pattern {
 public:
  explicit Pattern(std::uint64_t seed);

  // As `origin` writes it to that offset of its file.
  void fill(std::span<std::byte> bytes, std::uint64_t offset, const Origin& origin) const;
  std::byte at(std::uint64_t offset, const Origin& origin) const;

  // nullopt if no action of a run with this seed can have written it. One random word in 64 passes.
  std::optional<Sighting> identify(std::uint64_t word) const;

 private:
  std::uint64_t word(std::uint64_t offset, const Origin& origin) const;

  std::uint64_t key_;
};

}  // namespace pnfs_load
