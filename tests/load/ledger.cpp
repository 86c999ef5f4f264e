#include "ledger.h"

namespace pnfs_load {

Ledger::Ledger(const std::vector<PreparedFile>& files) {
  files_.reserve(files.size());
  for (const PreparedFile& file : files) files_.emplace_back(static_cast<std::size_t>(file.blocks));
}

void Ledger::found(std::size_t file, std::uint64_t block, std::uint64_t sequence) {
  Entry& entry = files_[file][block];
  entry.issued = sequence;
  entry.acknowledged = sequence;
}

std::uint64_t Ledger::issue(std::size_t file, std::uint64_t block) {
  return ++files_[file][block].issued;
}

void Ledger::acknowledge(std::size_t file, std::uint64_t block, std::uint64_t sequence) {
  files_[file][block].acknowledged = sequence;
}

BlockState Ledger::state(std::size_t file, std::uint64_t block) const {
  const Entry& entry = files_[file][block];
  // Acknowledged first: read the other way round, a write in between would look acknowledged but never issued.
  const std::uint64_t acknowledged = entry.acknowledged;
  return {acknowledged, entry.issued};
}

Allowed allowed_between(const BlockState& before, const BlockState& after) {
  // Only what was acknowledged before the read began is owed; whatever was begun until it ended may show.
  return {before.acknowledged, after.issued, after.issued != before.acknowledged};
}

}  // namespace pnfs_load
