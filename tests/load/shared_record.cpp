#include "shared_record.h"

#include <algorithm>
#include <sstream>

#include "error.h"

namespace pnfs_load {
namespace {

constexpr const char* record_heading = "pnfs-load exercise record 1";
constexpr const char* journal_heading = "pnfs-load exercise journal 1";

// FNV-1a, of the first so many actions.
std::uint64_t checksum(const SharedRecord& record, std::size_t actions) {
  std::uint64_t sum = 0xcbf29ce484222325 + record.life;
  for (std::size_t i = 0; i < actions; ++i) {
    for (const char letter : to_string(record.history[i]) + "\n")
      sum = (sum ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  }
  return sum;
}

}  // namespace

std::string to_text(const SharedRecord& record) {
  std::ostringstream text;
  text << record_heading << "\nlife " << record.life << '\n';
  for (const Action& action : record.history) text << to_string(action) << '\n';
  text << "end " << record.history.size() << ' ' << checksum(record, record.history.size()) << '\n';
  return text.str();
}

SharedRecord parse_record(const std::string& text) {
  SharedRecord record;
  if (text.empty()) return record;
  std::istringstream lines(text);
  std::string line, word;
  if (!std::getline(lines, line) || line != record_heading) throw Error("it does not begin with its heading");
  if (!(lines >> word >> record.life) || word != "life") throw Error("it does not name the life");
  std::getline(lines, line);
  while (std::getline(lines, line) && !line.starts_with("end ")) {
    const auto action = parse_action(line);
    if (!action || action->number != record.history.size() + 1) throw Error("it has a line '" + line + "'");
    record.history.push_back(*action);
  }
  std::ostringstream end;
  end << "end " << record.history.size() << ' ' << checksum(record, record.history.size());
  if (line != end.str() || text.back() != '\n')
    throw Error("it ends with '" + line + "', not with '" + end.str() + "'");
  if (std::getline(lines, line)) throw Error("it goes on after its end: '" + line + "'");
  return record;
}

RecordJournal::RecordJournal(std::optional<Path> file) : file_(std::move(file)) {
  if (!file_ || !std::filesystem::exists(*file_)) return;
  std::istringstream lines(read_text(*file_));
  std::string line;
  if (!std::getline(lines, line) || line != journal_heading)
    throw Error(file_->string() + " is not a journal of an exercise with others");
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string name;
    Seen seen;
    if (!(words >> name >> seen.life >> seen.actions >> seen.checksum))
      throw Error(file_->string() + ": the line '" + line + "' makes no sense");
    seen_[name] = seen;
  }
}

std::optional<std::string> RecordJournal::contradiction(const std::string& name,
                                                        const SharedRecord& record) const {
  const std::lock_guard lock(mutex_);
  const auto known = seen_.find(name);
  if (known == seen_.end()) return std::nullopt;
  const Seen& seen = known->second;
  const auto says = [](unsigned life, std::size_t actions) {
    return std::to_string(actions) + " actions of life " + std::to_string(life);
  };
  if (record.life > seen.life) return std::nullopt;
  if (record.life < seen.life || record.history.size() < seen.actions)
    return "had " + says(seen.life, seen.actions) + ", has " + says(record.life, record.history.size());
  if (checksum(record, seen.actions) != seen.checksum)
    return "the first " + says(seen.life, seen.actions) + " are not what they were";
  return std::nullopt;
}

void RecordJournal::remember(const std::string& name, const SharedRecord& record) {
  const std::lock_guard lock(mutex_);
  seen_[name] = {record.life, record.history.size(), checksum(record, record.history.size())};
  if (!file_) return;
  std::ostringstream text;
  text << journal_heading << '\n';
  for (const auto& [record_name, seen] : seen_)
    text << record_name << ' ' << seen.life << ' ' << seen.actions << ' ' << seen.checksum << '\n';
  write_text(*file_, text.str());
}

}  // namespace pnfs_load
