// Bytes that are not what the model says, and what they are instead.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "content_model.h"

namespace pnfs_load {

// A range in which one thing was expected and one other thing found.
struct Mismatch {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  unsigned writer = 0;           // the action whose bytes were expected; 0: zeros were
  std::optional<Origin> origin;  // of what was found, if an action of this run wrote it
  std::string expected;          // "action 17", "zeros"
  std::string found;  // "zeros", "action 12", "action 3 of life 2 of file 5, written to 4096", "foreign: 0a…"
};

// `found` was read at `offset`; `asked` bytes were to come, so a shorter `found` is an early end of the file.
// In the order of the offsets.
std::vector<Mismatch> compare(const ContentModel& model, std::span<const std::byte> found,
                              std::uint64_t offset, std::uint64_t asked);

// "bytes 4096 to 8191: expected action 17, found zeros"
std::string to_string(const Mismatch& mismatch);

}  // namespace pnfs_load
