#include "history/aftermath.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/json.h"
#include "history/fence_report.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

std::string range_of(const LateCommit& commit) {
  return "from byte " + std::to_string(commit.offset) +
         (commit.last < 0 ? "" : " to " + std::to_string(commit.last));
}

FileFate judge_commits(const FileUse& file, const std::vector<LateCommit>& commits) {
  std::uint64_t kept = 0;
  for (const LateCommit& commit : commits) {
    if (commit.verdict != LateVerdict::accepted)
      return {file, Fate::damaged,
              fmt::format("its late commit was {}, {}", to_string(commit.verdict), range_of(commit))};
    if (commit.dropped > 0)
      return {file, Fate::damaged,
              std::to_string(commit.dropped) + " bytes from " + std::to_string(commit.first_dropped) +
                  " on had been cut off or replaced meanwhile"};
    kept += commit.kept;
  }
  // Clients also commit times.
  if (kept == 0) return {file, Fate::nothing_to_commit, ""};
  return {file, Fate::committed, std::to_string(kept) + " bytes"};
}

std::string to_string(const std::vector<ByteRange>& ranges) {
  constexpr std::size_t shown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(ranges.size(), shown); ++i)
    text += fmt::format("{}{} to {}", i == 0 ? "" : ", ", ranges[i].begin, ranges[i].end - 1);
  return ranges.size() > shown ? fmt::format("{}, and {} more", text, ranges.size() - shown) : text;
}

FileFate judge_doubts(FileFate fate, const Witnessed& seen) {
  const auto doubt = seen.in_doubt.find(fate.file.inode);
  if (doubt == seen.in_doubt.end() || doubt->second.empty()) return fate;
  if (fate.fate != Fate::committed && fate.fate != Fate::nothing_to_commit) return fate;
  return {std::move(fate.file), Fate::in_doubt,
          "a commit hung: what was written directly meanwhile is lost, among the unwritten bytes " +
              to_string(doubt->second)};
}

}  // namespace

const char* to_string(Fate fate) {
  switch (fate) {
    case Fate::committed:
      return "committed late";
    case Fate::nothing_to_commit:
      return "nothing to commit";
    case Fate::client_gone:
      return "client gone";
    case Fate::in_doubt:
      return "in doubt";
    case Fate::damaged:
      return "may have lost blocks";
  }
  return "?";
}

std::vector<FileFate> judge(const AtRisk& at_risk, const Witnessed& seen) {
  using Key = std::pair<std::string, std::uint64_t>;
  std::map<Key, std::vector<LateCommit>> commits;
  for (const LateCommit& commit : seen.commits) {
    auto& of_file = commits[{commit.client, commit.inode}];
    if (commit.verdict != LateVerdict::under_way) of_file.push_back(commit);
  }
  std::map<Key, FileUse> files;
  for (const FileUse& file : at_risk.files) files.try_emplace({file.client, file.inode}, file);
  // A file that got its layout in the last second before the crash is in no journal.
  for (const auto& [key, list] : commits)
    files.try_emplace(key, FileUse{key.first, key.second, "/", true, true});

  std::vector<FileFate> fates;
  for (const auto& [key, file] : files) {
    if (const auto found = commits.find(key); found != commits.end() && !found->second.empty())
      fates.push_back(judge_doubts(judge_commits(file, found->second), seen));
    else if (!seen.clients.contains(key.first))
      fates.push_back({file, Fate::client_gone, "what it had not committed is gone with it"});
    else if (!seen.accepts_late_commits)
      fates.push_back({file, Fate::damaged, "stock nfsd refuses late commits"});
    else if (!seen.tells_of_them)
      fates.push_back({file, Fate::damaged, "this nfsd does not tell of late commits"});
    else
      fates.push_back(judge_doubts({file, Fate::nothing_to_commit, ""}, seen));
  }
  return fates;
}

void History::add(std::int64_t at, const AtRisk& at_risk, const std::vector<FileFate>& fates,
                  const Witnessed& seen, const json& fencer) {
  json files = json::array(), counts = json::object();
  for (const Fate fate : all_fates)
    counts[to_string(fate)] = std::ranges::count(fates, fate, &FileFate::fate);
  for (const FileFate& f : fates)
    files.push_back({{"client", f.file.client},
                     {"inode", f.file.inode},
                     {"path", f.file.name},
                     {"fate", to_string(f.fate)},
                     {"why", f.why}});
  json all = takeovers();
  all.push_back({{"at", at},
                 {"server", host_.host_name()},
                 {"former", at_risk.server},
                 {"planned", at_risk.released},
                 {"accepts_late_commits", seen.accepts_late_commits},
                 {"fenced", value_of(fencer, "count", 0)},
                 {"last_fenced", array_of(fencer, "fenced")},
                 {"counts", counts},
                 {"files", files},
                 {"untold", seen.untold},
                 {"more", at_risk.more}});
  while (all.size() > kept) all.erase(all.begin());
  host_.write_file(path_, to_text(all, 1) + "\n");
}

json History::takeovers() const {
  json all = parse_json(host_.read_file(path_).value_or(""));
  return all.is_array() ? all : json::array();
}

Aftermath::Aftermath(Host& host, const NfsServer& nfs, LayoutJournal& journal, const Path& lun_mount_point,
                     int lease_seconds)
    : host_(host),
      nfs_(nfs),
      journal_(journal),
      lun_mount_point_(lun_mount_point),
      history_(host, lun_mount_point),
      lease_(lease_seconds) {}

void Aftermath::watch() {
  const auto at_risk = journal_.to_judge();
  if (!at_risk) return;
  const NfsState now = nfs_.state();
  seen_.accepts_late_commits = now.accepts_late_commits;
  for (const NfsClient& client : nfs_.clients())
    if (client.status == "confirmed") seen_.clients.insert(without_port(client.address));
  look_at_late_commits();
  if (!now.running || now.in_grace) return;
  if (!grace_over_at_) grace_over_at_ = host_.uptime();
  const Host::Duration since = host_.uptime() - *grace_over_at_;
  if (since < 2 * lease_ || (!look_at_doubts() && since < 3 * lease_)) return;
  conclude(*at_risk,
           host_.wall_clock() - std::chrono::duration_cast<std::chrono::seconds>(now.running_for).count());
}

void Aftermath::look_at_late_commits() {
  late_commits_.look(host_);
  seen_.tells_of_them = late_commits_.readable();
  seen_.untold = late_commits_.missing();
  seen_.commits.clear();
  for (const auto& [number, commit] : late_commits_.by_number()) seen_.commits.push_back(commit);
}

// To open a file is to recall its delegations: clients have just reclaimed them, so not before it must be.
// One that is not returned is revoked after a lease; a file that cannot be opened then is gone.
bool Aftermath::look_at_doubts() {
  bool all = true;
  for (const LateCommit& commit : seen_.commits) {
    if (commit.verdict != LateVerdict::under_way || seen_.in_doubt.contains(commit.inode)) continue;
    if (auto ranges = host_.unwritten_ranges(lun_mount_point_, commit.inode))
      seen_.in_doubt[commit.inode] = std::move(*ranges);
    else
      all = false;
  }
  return all;
}

void Aftermath::conclude(const AtRisk& at_risk, std::int64_t took_over_at) {
  std::vector<FileFate> fates = judge(at_risk, seen_);
  for (FileFate& f : fates)
    if (f.file.name == "/")
      if (const std::string path = host_.path_of_inode(lun_mount_point_, f.file.inode); !path.empty())
        f.file.name = path;
  history_.add(took_over_at, at_risk, fates, seen_, fence_report(host_, nfs_.state()).value_or(json()));
  const auto count = [&](Fate fate) { return std::ranges::count(fates, fate, &FileFate::fate); };
  spdlog::info(
      "of {} files that were written directly when {} {}: {} committed late, {} with nothing to commit, {} "
      "of clients that did not come back, {} in doubt, {} that may have lost blocks",
      fates.size(), at_risk.server, at_risk.released ? "stopped" : "died", count(Fate::committed),
      count(Fate::nothing_to_commit), count(Fate::client_gone), count(Fate::in_doubt), count(Fate::damaged));
  for (const FileFate& f : fates)
    if (f.fate == Fate::damaged || f.fate == Fate::in_doubt)
      spdlog::log(f.fate == Fate::damaged ? spdlog::level::err : spdlog::level::warn,
                  "{} (inode {}) of {}: {}: {}", f.file.name, f.file.inode, f.file.client, to_string(f.fate),
                  f.why);
  if (at_risk.more > 0)
    spdlog::warn("{} more files were being written directly; the journal names {} only", at_risk.more,
                 LayoutJournal::most_files);
  if (seen_.untold > 0)
    spdlog::warn("nfsd took {} more late commits than it told of: what became of their files is not known",
                 seen_.untold);
  journal_.judged();
}

}  // namespace pnfs_ha
