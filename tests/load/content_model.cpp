#include "content_model.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace pnfs_load {

bool ContentModel::allows(const Action& action) const {
  if (is_mapped(action.kind)) return action.length > 0 && action.offset + action.length <= size_;
  if (is_read(action.kind) || action.kind == Kind::punch) return action.length > 0 && action.offset < size_;
  return true;
}

void ContentModel::apply(const Action& action) {
  const std::uint64_t begin = action.kind == Kind::append ? size_ : action.offset;
  const std::uint64_t end = begin + action.length;
  if (is_write(action.kind)) {
    forget(begin, end);
    pieces_[begin] = {end, action.number};
    size_ = std::max(size_, end);
  } else if (action.kind == Kind::allocate) {
    size_ = std::max(size_, end);
  } else if (action.kind == Kind::punch) {
    forget(begin, end);
  } else if (action.kind == Kind::truncate) {
    if (action.length < size_) forget(action.length, size_);
    size_ = action.length;
  }
}

unsigned ContentModel::writer(std::uint64_t offset) const {
  auto next = pieces_.upper_bound(offset);
  if (next == pieces_.begin()) return 0;
  const Piece& piece = std::prev(next)->second;
  return offset < piece.end ? piece.action : 0;
}

void ContentModel::expect(std::span<std::byte> bytes, std::uint64_t offset) const {
  std::memset(bytes.data(), 0, bytes.size());
  const std::uint64_t end = offset + bytes.size();
  auto piece = pieces_.upper_bound(offset);
  if (piece != pieces_.begin()) --piece;
  for (; piece != pieces_.end() && piece->first < end; ++piece) {
    const std::uint64_t from = std::max(offset, piece->first);
    const std::uint64_t to = std::min(end, piece->second.end);
    if (from >= to) continue;
    const auto part =
        bytes.subspan(static_cast<std::size_t>(from - offset), static_cast<std::size_t>(to - from));
    pattern_.fill(part, from, origin(piece->second.action));
  }
}

void ContentModel::forget(std::uint64_t begin, std::uint64_t end) {
  if (begin >= end) return;
  auto piece = pieces_.upper_bound(begin);
  if (piece != pieces_.begin()) --piece;
  while (piece != pieces_.end() && piece->first < end) {
    const auto [from, old] = *piece;
    if (old.end <= begin) {
      ++piece;
      continue;
    }
    piece = pieces_.erase(piece);
    if (from < begin) pieces_[from] = {begin, old.action};
    if (old.end > end) piece = pieces_.insert_or_assign(end, Piece{old.end, old.action}).first;
  }
}

}  // namespace pnfs_load
