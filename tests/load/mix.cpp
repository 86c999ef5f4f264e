#include "mix.h"

#include <algorithm>
#include <numeric>

#include "block_stamp.h"

namespace pnfs_load {
namespace {

constexpr std::uint64_t most_ranges = 250;  // stock 6.12 clients lose the first 255 of more
constexpr std::uint64_t most_bytes = std::uint64_t{64} << 10;  // of one action
constexpr std::uint64_t most_bytes_allocated = std::uint64_t{256} << 10;

// Every second block may be written already and need no commit: so many ranges at the most.
std::uint64_t ranges_of(const Action& action) {
  if (!is_write(action.kind)) return 0;
  const std::uint64_t blocks = action.length / block_size + 2;  // unaligned ones touch one more
  return blocks / 2 + 1;
}

}  // namespace

Mix::Mix() {
  const auto set = [this](Kind kind, unsigned weight) { weights[static_cast<std::size_t>(kind)] = weight; };
  set(Kind::write_direct, 24);
  set(Kind::read_direct, 18);
  set(Kind::write_buffered, 14);
  set(Kind::write_mapped, 6);
  set(Kind::write_msync, 4);
  set(Kind::append, 4);
  set(Kind::read_buffered, 12);
  set(Kind::read_mapped, 6);
  set(Kind::allocate, 4);
  set(Kind::punch, 7);
  set(Kind::truncate, 7);
  set(Kind::fsync, 4);
  set(Kind::stat, 3);
  set(Kind::reopen, 2);
  set(Kind::rename, 2);
}

Mix Mix::with(Access access) const {
  Mix mix = *this;
  for (std::size_t i = 0; i < kinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    const bool absent =
        (access == Access::direct && is_buffered(kind)) || (access == Access::page_cache && is_direct(kind));
    if (absent) mix.leave_out(kind);
  }
  return mix;
}

std::uint64_t Chooser::between(std::uint64_t least, std::uint64_t most) {
  return std::uniform_int_distribution<std::uint64_t>(least, std::max(least, most))(random_);
}

Action Chooser::next(const ContentModel& model, unsigned number) {
  const unsigned all = std::accumulate(mix_.weights.begin(), mix_.weights.end(), 0U);
  while (true) {
    std::uint64_t ticket = between(0, all - 1);
    std::size_t kind = 0;
    for (; ticket >= mix_.weights[kind]; ++kind) ticket -= mix_.weights[kind];
    Action action = place(static_cast<Kind>(kind), model);
    action.number = number;
    if (!fits(action, model)) continue;
    if (must_commit(action)) return {Kind::fsync, 0, 0, number};
    return action;
  }
}

bool Chooser::must_commit(const Action& next) {
  const std::uint64_t bound = mix_.commits == Commits::each_write ? 0 : most_ranges;
  const std::uint64_t more = ranges_of(next);
  const bool enough =
      mix_.commits == Commits::each_write ? uncommitted_ > bound : uncommitted_ + more > bound;
  if (mix_.commits != Commits::unbounded && enough) {
    uncommitted_ = 0;
    return true;
  }
  uncommitted_ = next.kind == Kind::fsync ? 0 : uncommitted_ + more;
  return false;
}

// Often near the last one or at the end, where actions meet; sizes of all magnitudes.
Action Chooser::place(Kind kind, const ContentModel& model) {
  if (kind > Kind::truncate) return {kind};
  if (kind == Kind::truncate) {
    return {kind, 0, between(between(0, 1) == 0 ? mix_.begin : model.size() / 2, mix_.end)};
  }
  const std::uint64_t most = kind == Kind::allocate ? most_bytes_allocated : most_bytes;
  std::uint64_t length = between(1, between(0, 2) == 0 ? most : std::uint64_t{1} << between(0, 16));
  // What is wrong must be read before it is written over.
  if (is_read(kind) && between(0, 1) == 0) length = most;
  std::uint64_t offset = between(mix_.begin, mix_.end - 1);
  switch (between(0, 5)) {
    case 0:
      offset = between(last_place_ - std::min(last_place_, most), last_place_ + most);
      break;
    case 1:
      offset = model.size();
      break;
    case 2:
      offset = model.size() - std::min(model.size(), between(1, most));
      break;
    default:
      break;
  }
  if (is_direct(kind) || between(0, 3) == 0) {
    offset -= offset % block_size;
    length = (length + block_size - 1) / block_size * block_size;
  }
  if (kind == Kind::append) offset = model.size();
  if (is_mapped(kind) && offset < model.size()) length = std::min(length, model.size() - offset);
  last_place_ = offset;
  return {kind, offset, length};
}

bool Chooser::fits(const Action& action, const ContentModel& model) const {
  if (action.kind > Kind::truncate) return true;
  if (!mix_.whole_file && (action.kind == Kind::truncate || action.kind == Kind::append)) return false;
  if (action.kind == Kind::truncate) return action.length <= mix_.end;
  return action.offset >= mix_.begin && action.offset + action.length <= mix_.end && model.allows(action);
}

}  // namespace pnfs_load
