#include "journal.h"

#include <algorithm>
#include <sstream>

#include "error.h"

namespace pnfs_load {
namespace {

constexpr const char* heading = "pnfs-load journal 1";
constexpr std::uint64_t most_blocks = std::uint64_t{1} << 32;  // 16 TiB a file: more is a broken line

bool at_end(std::istringstream& line) {
  line >> std::ws;
  return line.eof();
}

bool parse_file(std::istringstream& line, Journal& journal) {
  JournalFile file;
  std::string id;
  std::uint64_t blocks = 0;
  if (!(line >> file.index >> id >> blocks) || !at_end(line) || blocks > most_blocks) return false;
  const auto name = parse_name("data-" + std::to_string(file.index) + "-" + id + ".blk");
  if (!name) return false;
  file.id = name->id;
  file.blocks.resize(static_cast<std::size_t>(blocks));
  journal.push_back(std::move(file));
  return true;
}

bool parse_block(std::istringstream& line, Journal& journal) {
  unsigned index = 0;
  std::uint64_t block = 0;
  BlockState state;
  if (!(line >> index >> block >> state.acknowledged >> state.issued) || !at_end(line)) return false;
  const auto file = std::find_if(journal.begin(), journal.end(),
                                 [&](const JournalFile& candidate) { return candidate.index == index; });
  if (file == journal.end() || block >= file->blocks.size() || state.issued < state.acknowledged)
    return false;
  file->blocks[static_cast<std::size_t>(block)] = state;
  return true;
}

}  // namespace

Journal to_journal(const std::vector<PreparedFile>& files, const Ledger& ledger) {
  Journal journal;
  for (std::size_t i = 0; i < files.size(); ++i) {
    JournalFile file{files[i].index, files[i].id, {}};
    file.blocks.reserve(static_cast<std::size_t>(files[i].blocks));
    for (std::uint64_t block = 0; block < files[i].blocks; ++block)
      file.blocks.push_back(ledger.state(i, block));
    journal.push_back(std::move(file));
  }
  return journal;
}

std::string to_text(const Journal& journal) {
  std::ostringstream text;
  text << heading << '\n';
  for (const JournalFile& file : journal) {
    text << "file " << file.index << ' ' << to_hex(file.id) << ' ' << file.blocks.size() << '\n';
    for (std::size_t block = 0; block < file.blocks.size(); ++block) {
      const BlockState& state = file.blocks[block];
      if (state == BlockState{}) continue;
      text << file.index << ' ' << block << ' ' << state.acknowledged << ' ' << state.issued << '\n';
    }
  }
  return text.str();
}

Journal parse_journal(const std::string& text) {
  std::istringstream lines(text);
  std::string content;
  if (!std::getline(lines, content) || content != heading) {
    throw Error("not a journal: it does not begin with \"" + std::string(heading) + "\"");
  }
  Journal journal;
  for (std::size_t number = 2; std::getline(lines, content); ++number) {
    std::istringstream line(content);
    bool good = false;
    if (content.starts_with("file ")) {
      std::string word;
      line >> word;
      good = parse_file(line, journal);
    } else {
      good = parse_block(line, journal);
    }
    if (!good) throw Error("journal line " + std::to_string(number) + " makes no sense: \"" + content + "\"");
  }
  return journal;
}

}  // namespace pnfs_load
