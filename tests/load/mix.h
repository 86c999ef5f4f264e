// Which actions an exerciser chooses, how often, and where.
//
// What stock clients are known to get wrong without anybody's crash is left out unless asked for by name, so
// that a failure means something new (docs/safety.md, "What is not promised"):
// - direct writes into a hole, then a buffered write of a part of a block there: the client reads zeros where
//   it wrote directly. So a file is written and read either directly or through the page cache (Access).
// - more than 255 written ranges in one commit: the first 255 are lost. So there is an fsync before
//   that many can have come together (Commits::bounded).
// (With both in one file a local XFS, too, can answer a direct read across the end with EIO, where buffered
// writes and fallocate(2) have left delayed allocation there: seen with 6.18.) And what they get wrong when a
// server dies:
// - what is written directly while a commit of the same file is under way, also one that the kernel began by
//   itself. Only an fsync after each write avoids that (Commits::each_write).
#pragma once

#include <array>
#include <cstdint>
#include <random>

#include "content_model.h"

namespace pnfs_load {

enum class Access { direct, page_cache, both };
enum class Commits { bounded, unbounded, each_write };

struct Mix {
  Mix();

  void leave_out(Kind kind) { weights[static_cast<std::size_t>(kind)] = 0; }
  // Without the kinds that this access does not have.
  Mix with(Access access) const;

  std::array<unsigned, kinds> weights{};
  Commits commits = Commits::bounded;
  std::uint64_t begin = 0;  // actions stay in [begin, end); a file does not grow beyond it
  std::uint64_t end = std::uint64_t{1} << 20;
  bool whole_file = true;  // false: others use the rest of it, so its size must not change
};

// A sequence that depends on the seed, the mix and the model only.
class Chooser {
 public:
  Chooser(const Mix& mix, std::uint64_t seed) : mix_(mix), random_(seed) {}

  Action next(const ContentModel& model, unsigned number);

 private:
  std::uint64_t between(std::uint64_t least, std::uint64_t most);
  Action place(Kind kind, const ContentModel& model);
  bool fits(const Action& action, const ContentModel& model) const;
  bool must_commit(const Action& next);

  Mix mix_;
  std::mt19937_64 random_;
  std::uint64_t last_place_ = 0;
  std::uint64_t uncommitted_ = 0;  // at most so many ranges
};

}  // namespace pnfs_load
