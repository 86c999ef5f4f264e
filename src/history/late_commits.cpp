#include "history/late_commits.h"

#include <sstream>

#include "base/names.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

constexpr const char* known_format = "1";

// nfsd's words.
constexpr auto words = names<LateVerdict>({
    {LateVerdict::accepted, "accepted"},
    {LateVerdict::failed, "failed"},
    {LateVerdict::under_way, "under-way"},
    {LateVerdict::too_late, "too-late"},
    {LateVerdict::blocks_freed, "blocks-freed"},
    {LateVerdict::not_reclaimed, "not-reclaimed"},
});

constexpr auto verdict_phrases = names<LateVerdict>({
    {LateVerdict::accepted, "accepted"},
    {LateVerdict::failed, "failed"},
    {LateVerdict::under_way, "under way"},
    {LateVerdict::too_late, "refused, too late"},
    {LateVerdict::blocks_freed, "refused, blocks were freed since that start"},
    {LateVerdict::not_reclaimed, "refused, the file was not reclaimed for write"},
    {LateVerdict::unknown, "refused, for a reason that this version does not know"},
});

// A line: NAME=VALUE, separated by spaces.
class Fields {
 public:
  explicit Fields(const std::string& line) {
    std::istringstream fields(line);
    for (std::string field; fields >> field;)
      if (const std::size_t equals = field.find('='); equals != std::string::npos)
        values_[field.substr(0, equals)] = field.substr(equals + 1);
  }

  std::string text(const char* name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second;
  }

  template <typename Number>
  Number number(const char* name, Number otherwise = 0) const {
    return whole_number<Number>(text(name)).value_or(otherwise);
  }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace

const char* to_string(LateVerdict verdict) {
  return verdict_phrases.of(verdict);
}

void LateCommits::look(const Files& files) {
  std::istringstream lines(files.read_file(file).value_or(""));
  std::string line;
  std::getline(lines, line);
  const Fields head(line);
  readable_ = head.text("version") == known_format;
  if (!readable_) return;
  const auto start = head.number<std::int64_t>("start");
  if (start != start_) commits_.clear();
  start_ = start;
  first_ = head.number<std::uint64_t>("first");
  next_ = head.number<std::uint64_t>("next");
  while (std::getline(lines, line)) {
    const Fields told(line);
    const auto number = told.number<std::uint64_t>("number");
    if (number < first_ || number >= next_) continue;
    commits_.insert_or_assign(
        number, LateCommit{.verdict = words.find(told.text("verdict")).value_or(LateVerdict::unknown),
                           .client = told.text("client"),
                           .inode = told.number<std::uint64_t>("ino"),
                           .kept = told.number<std::uint64_t>("kept"),
                           .dropped = told.number<std::uint64_t>("dropped"),
                           .first_dropped = told.number<std::uint64_t>("first_dropped"),
                           .offset = told.number<std::uint64_t>("offset"),
                           .last = told.number<std::int64_t>("last", -1)});
  }
}

std::size_t LateCommits::missing() const {
  // A head that makes no sense misses nothing.
  const std::uint64_t given_out = next_ > first_ ? next_ - first_ : 0;
  return given_out > commits_.size() ? given_out - commits_.size() : 0;
}

}  // namespace pnfs_ha
