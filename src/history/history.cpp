#include "history/history.h"

#include "base/format.h"
#include "base/json.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

// Each record has its own: servers of two versions write into one file.
constexpr Format record_format{"a takeover in the history", 2};
constexpr Format file_format{"the history of takeovers", 1};

constexpr auto outcome_phrases = names<Outcome>({
    {Outcome::committed_late, "committed late"},
    {Outcome::nothing_to_commit, "nothing to commit"},
    {Outcome::client_gone, "client gone"},
    {Outcome::in_doubt, "in doubt"},
    {Outcome::may_have_lost_blocks, "may have lost blocks"},
});

// What the phrases were in records of the first format; they may change, these may not.
constexpr auto first_ids = names<Outcome>({
    {Outcome::committed_late, "committed late"},
    {Outcome::nothing_to_commit, "nothing to commit"},
    {Outcome::client_gone, "client gone"},
    {Outcome::in_doubt, "in doubt"},
    {Outcome::may_have_lost_blocks, "may have lost blocks"},
});

json to_json(const FileOutcome& file) {
  return {{"client", file.client},
          {"inode", file.inode},
          {"path", file.path},
          {"outcome", outcome_ids.of(file.outcome)},
          {"why", file.why}};
}

FileOutcome file_from_json(const json& file, int format) {
  const std::string id = value_of(file, format == 1 ? "fate" : "outcome", "");
  return {
      .client = value_of(file, "client", "?"),
      .inode = value_of(file, "inode", std::uint64_t{0}),
      .path = value_of(file, "path", "/"),
      // What is no outcome is no reassurance.
      .outcome =
          (format == 1 ? first_ids.find(id) : outcome_ids.find(id)).value_or(Outcome::may_have_lost_blocks),
      .why = value_of(file, "why", "")};
}

}  // namespace

const char* to_string(Outcome outcome) {
  return outcome_phrases.of(outcome);
}

std::map<Outcome, std::size_t> count(const std::vector<FileOutcome>& files) {
  std::map<Outcome, std::size_t> counts;
  for (const auto& [outcome, id] : outcome_ids) counts[outcome] = 0;
  for (const FileOutcome& file : files) ++counts[file.outcome];
  return counts;
}

json to_json(const Takeover& takeover) {
  json counts = json::object(), files = json::array();
  for (const auto& [outcome, number] : takeover.counts) counts[outcome_ids.of(outcome)] = number;
  for (const FileOutcome& file : takeover.files) files.push_back(to_json(file));
  return {{"format", record_format.newest},
          {"at", takeover.at},
          {"server", takeover.server},
          {"former", takeover.previous},
          {"planned", takeover.planned},
          {"accepts_late_commits", takeover.accepts_late_commits},
          {"fenced", takeover.fenced},
          {"last_fenced", to_array(takeover.last_fenced)},
          {"counts", counts},
          {"files", files},
          {"untold", takeover.untold},
          {"more", takeover.more}};
}

Takeover takeover_from_json(const json& record) {
  const int format = format_of(record, record_format);
  Takeover takeover{
      .at = value_of(record, "at", std::int64_t{0}),
      .server = value_of(record, "server", "?"),
      .previous = value_of(record, "former", "?"),
      .planned = value_of(record, "planned", false),
      .accepts_late_commits = value_of(record, "accepts_late_commits", false),
      .fenced = value_of(record, "fenced", 0),
      .last_fenced = each_of(record, "last_fenced", fenced_from_json),
      .counts = {},
      .files = each_of(record, "files", [&](const json& file) { return file_from_json(file, format); }),
      .untold = value_of(record, "untold", std::size_t{0}),
      .more = value_of(record, "more", std::size_t{0})};
  const json& counts = object_of(record, "counts");
  for (const auto& [outcome, id] : outcome_ids)
    takeover.counts[outcome] = value_of(counts, format == 1 ? first_ids.of(outcome) : id, std::size_t{0});
  return takeover;
}

// A file that is damaged counts as absent.
json History::array() const {
  json all = parse_json(files_.read_file(path_).value_or(""));
  if (all.is_object()) format_of(all, file_format);
  return all.is_array() ? all : json::array();
}

void History::add(const Takeover& takeover) {
  json all = array();
  all.push_back(to_json(takeover));
  while (all.size() > kept) all.erase(all.begin());
  files_.write_file(path_, to_text(all, 1) + "\n");
}

History::Records History::read() const {
  Records records;
  const auto unless_newer = [&](const auto& act) {
    try {
      act();
    } catch (const NewerFormat& newer) {
      records.unread = std::string(newer.what()) + ": " + newer.remedy();
    }
  };
  unless_newer([&] {
    for (const json& record : array())
      if (record.is_object()) unless_newer([&] { records.takeovers.push_back(takeover_from_json(record)); });
  });
  return records;
}

}  // namespace pnfs_ha
