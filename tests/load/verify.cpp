#include "verify.h"

#include <algorithm>
#include <limits>
#include <system_error>

#include "experience.h"
#include "sweep.h"
#include "verdict.h"

namespace pnfs_load {
namespace {

Allowed allowed_in(const JournalFile& file, std::uint64_t block) {
  const BlockState& state = file.blocks[static_cast<std::size_t>(block)];
  return {state.acknowledged, state.issued, state.issued != state.acknowledged};
}

void record(Verification& result, Loss loss) {
  ++result.lost;
  if (result.losses.size() < list_limit) result.losses.push_back(std::move(loss));
}

void verify_file(const Path& directory, const PreparedFile& file, const JournalFile* journal,
                 Verification& result) {
  const std::string name = name_of(file);
  // The journal knows how long the file was: blocks cut off its end are lost too.
  const std::uint64_t blocks = journal != nullptr ? journal->blocks.size() : file.blocks;
  sweep(directory / name, blocks, [&](const SweptBlock& block) {
    const Allowed allowed = journal != nullptr ? allowed_in(*journal, block.number) : Allowed{};
    const Verdict verdict = block.unreadable.empty() ? judge(block.reading, file.id, block.number, allowed)
                                                     : unreadable(allowed, block.unreadable);
    ++result.blocks;
    if (verdict.judgement == Judgement::good) ++result.good;
    if (verdict.judgement == Judgement::undecided) ++result.undecided;
    if (verdict.judgement == Judgement::lost) {
      record(result, {name, block.number, verdict.expected, verdict.found});
    }
  });
  ++result.files;
}

}  // namespace

Verification verify(const Path& directory, const std::optional<Journal>& journal) {
  Verification result;
  if (!journal) {
    for (const PreparedFile& file : prepared_files(directory)) verify_file(directory, file, nullptr, result);
    return result;
  }
  for (const JournalFile& file : *journal) {
    const std::string name = to_name(file.index, file.id);
    std::error_code failure;
    if (std::filesystem::exists(directory / name, failure) && !failure) {
      verify_file(directory, {file.index, file.id, file.blocks.size()}, &file, result);
    } else {
      record(result, {name, {}, std::to_string(file.blocks.size()) + " blocks", "no such file"});
    }
  }
  return result;
}

std::string to_string(const Loss& loss) {
  const std::string where = loss.block ? " block " + std::to_string(*loss.block) : "";
  return loss.file + where + ": expected " + loss.expected + ", found " + loss.found;
}

}  // namespace pnfs_load
