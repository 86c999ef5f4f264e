#include "history/layout_audit.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/format.h"

namespace pnfs_ha {
namespace {

FileOutcome outcome_of(const FileUse& file, Outcome outcome, std::string why) {
  return {file.client, file.inode, file.name, outcome, std::move(why)};
}

std::string range_of(const LateCommit& commit) {
  return "from byte " + std::to_string(commit.offset) +
         (commit.last < 0 ? "" : " to " + std::to_string(commit.last));
}

FileOutcome judge_commits(const FileUse& file, const std::vector<LateCommit>& commits) {
  using enum Outcome;
  std::uint64_t kept = 0;
  for (const LateCommit& commit : commits) {
    if (commit.verdict != LateVerdict::accepted)
      return outcome_of(
          file, may_have_lost_blocks,
          fmt::format("its late commit was {}, {}", to_string(commit.verdict), range_of(commit)));
    if (commit.dropped > 0)
      return outcome_of(file, may_have_lost_blocks,
                        fmt::format("{} bytes from {} on had been cut off or replaced meanwhile",
                                    commit.dropped, commit.first_dropped));
    kept += commit.kept;
  }
  // Clients also commit times.
  if (kept == 0) return outcome_of(file, nothing_to_commit, "");
  return outcome_of(file, committed_late, std::to_string(kept) + " bytes");
}

std::string to_string(const std::vector<ByteRange>& ranges) {
  constexpr std::size_t shown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(ranges.size(), shown); ++i)
    text += fmt::format("{}{} to {}", i == 0 ? "" : ", ", ranges[i].begin, ranges[i].end - 1);
  return ranges.size() > shown ? fmt::format("{}, and {} more", text, ranges.size() - shown) : text;
}

FileOutcome judge_doubts(FileOutcome file, const Evidence& evidence) {
  const auto doubt = evidence.in_doubt.find(file.inode);
  if (doubt == evidence.in_doubt.end() || doubt->second.empty()) return file;
  if (file.outcome != Outcome::committed_late && file.outcome != Outcome::nothing_to_commit) return file;
  file.outcome = Outcome::in_doubt;
  file.why = "a commit hung: what was written directly meanwhile is lost, among the unwritten bytes " +
             to_string(doubt->second);
  return file;
}

void log(const Takeover& takeover, std::size_t most_named) {
  spdlog::info(
      "of {} files that were written directly when {} {}: {} committed late, {} with nothing to commit, {} "
      "of clients that did not come back, {} in doubt, {} that may have lost blocks",
      takeover.files.size(), takeover.previous, takeover.planned ? "stopped" : "died",
      takeover.counts.at(Outcome::committed_late), takeover.counts.at(Outcome::nothing_to_commit),
      takeover.counts.at(Outcome::client_gone), takeover.counts.at(Outcome::in_doubt),
      takeover.counts.at(Outcome::may_have_lost_blocks));
  for (const FileOutcome& f : takeover.files)
    if (f.outcome == Outcome::may_have_lost_blocks || f.outcome == Outcome::in_doubt)
      spdlog::log(f.outcome == Outcome::in_doubt ? spdlog::level::warn : spdlog::level::err,
                  "{} (inode {}) of {}: {}: {}", f.path, f.inode, f.client, to_string(f.outcome), f.why);
  if (takeover.more > 0)
    spdlog::warn("{} more files were being written directly; the journal names {} only", takeover.more,
                 most_named);
  if (takeover.untold > 0)
    spdlog::warn("nfsd took {} more late commits than it told of: what became of their files is not known",
                 takeover.untold);
}

}  // namespace

std::vector<FileOutcome> judge(const AtRisk& at_risk, const Evidence& evidence) {
  using Key = std::pair<std::string, std::uint64_t>;
  std::map<Key, std::vector<LateCommit>> commits;
  for (const LateCommit& commit : evidence.commits) {
    auto& of_file = commits[{commit.client, commit.inode}];
    if (commit.verdict != LateVerdict::under_way) of_file.push_back(commit);
  }
  std::map<Key, FileUse> files;
  for (const FileUse& file : at_risk.files) files.try_emplace({file.client, file.inode}, file);
  // A file that got its layout in the last second before the crash is in no journal.
  for (const auto& [key, list] : commits)
    files.try_emplace(key, FileUse{key.first, key.second, "/", true, true});

  using enum Outcome;
  std::vector<FileOutcome> outcomes;
  for (const auto& [key, file] : files) {
    if (const auto found = commits.find(key); found != commits.end() && !found->second.empty())
      outcomes.push_back(judge_doubts(judge_commits(file, found->second), evidence));
    else if (!evidence.clients.contains(key.first))
      outcomes.push_back(outcome_of(file, client_gone, "what it had not committed is gone with it"));
    else if (!evidence.accepts_late_commits)
      outcomes.push_back(outcome_of(file, may_have_lost_blocks, "stock nfsd refuses late commits"));
    else if (!evidence.tells_of_them)
      outcomes.push_back(outcome_of(file, may_have_lost_blocks, "this nfsd does not tell of late commits"));
    else
      outcomes.push_back(judge_doubts(outcome_of(file, nothing_to_commit, ""), evidence));
  }
  return outcomes;
}

LayoutAudit::LayoutAudit(Host& host, const NfsServer& nfs, LayoutJournal& journal, History history,
                         int lease_seconds)
    : host_(host), nfs_(nfs), journal_(journal), history_(std::move(history)), lease_(lease_seconds) {}

void LayoutAudit::watch() {
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

void LayoutAudit::look_at_late_commits() {
  late_commits_.look(host_);
  seen_.tells_of_them = late_commits_.readable();
  seen_.untold = late_commits_.missing();
  seen_.commits.clear();
  for (const auto& [number, commit] : late_commits_.by_number()) seen_.commits.push_back(commit);
}

// To open a file is to recall its delegations: clients have just reclaimed them, so not before it must be.
// One that is not returned is revoked after a lease; a file that cannot be opened then is gone.
bool LayoutAudit::look_at_doubts() {
  bool all = true;
  for (const LateCommit& commit : seen_.commits) {
    if (commit.verdict != LateVerdict::under_way || seen_.in_doubt.contains(commit.inode)) continue;
    if (auto ranges = host_.unwritten_ranges(journal_.export_root(), commit.inode))
      seen_.in_doubt[commit.inode] = std::move(*ranges);
    else
      all = false;
  }
  return all;
}

Takeover LayoutAudit::takeover(const AtRisk& at_risk, std::int64_t at) const {
  Takeover takeover{.at = at,
                    .server = host_.host_name(),
                    .previous = at_risk.server,
                    .planned = at_risk.released,
                    .accepts_late_commits = seen_.accepts_late_commits,
                    .fenced = 0,
                    .last_fenced = {},
                    .counts = {},
                    .files = judge(at_risk, seen_),
                    .untold = seen_.untold,
                    .more = at_risk.more};
  takeover.counts = count(takeover.files);
  for (FileOutcome& file : takeover.files)
    if (file.path == "/")
      if (const std::string path = host_.path_of_inode(journal_.export_root(), file.inode); !path.empty())
        file.path = path;
  return takeover;
}

// A report or a history of a newer pnfs-ha keeps nobody from the rest: the log has the outcomes.
void LayoutAudit::conclude(const AtRisk& at_risk, std::int64_t took_over_at) {
  Takeover done = takeover(at_risk, took_over_at);
  log(done, LayoutJournal::most_files);
  const auto unless_newer = [](const auto& act) {
    try {
      act();
    } catch (const NewerFormat& newer) {
      spdlog::error("this takeover is not in the history: {}; {}", newer.what(), newer.remedy());
    }
  };
  unless_newer([&] {
    if (auto report = fence_report(host_, nfs_.state())) {
      done.fenced = report->count;
      done.last_fenced = std::move(report->fenced);
    }
  });
  unless_newer([&] { history_.add(done); });
  journal_.judged();
}

}  // namespace pnfs_ha
