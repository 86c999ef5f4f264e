// What became of the files that clients wrote directly when the active died.
#pragma once

#include <map>
#include <set>

#include "base/names.h"
#include "history/history.h"
#include "history/late_commits.h"
#include "history/layout_journal.h"

namespace pnfs_ha {

// What the server that took over has seen since.
struct Evidence {
  std::vector<LateCommit> commits;   // late
  std::size_t untold = 0;            // of which nothing is known but that they came
  std::set<std::string> clients;     // that came back
  bool accepts_late_commits = true;  // nfsd
  bool tells_of_them = true;
  // Of files whose commit was under way, by inode: what is unwritten when no late commit can come any more.
  std::map<std::uint64_t, std::vector<ByteRange>> in_doubt;
};

std::vector<FileOutcome> judge(const AtRisk& at_risk, const Evidence& evidence);

// Watches from the takeover until no late commit can come any more, then judges, once.
class LayoutAudit {
 public:
  LayoutAudit(Host& host, const NfsServer& nfs, LayoutJournal& journal, History history, int lease_seconds);

  void watch();  // from time to time, while nfsd runs

 private:
  void look_at_late_commits();
  bool look_at_doubts();  // returns whether all are known
  void conclude(const AtRisk& at_risk, std::int64_t took_over_at);
  Takeover takeover(const AtRisk& at_risk, std::int64_t at) const;

  Host& host_;
  const NfsServer& nfs_;
  LayoutJournal& journal_;
  History history_;
  std::chrono::seconds lease_;
  LateCommits late_commits_;
  Evidence seen_;
  std::optional<Host::Duration> grace_over_at_;
};

}  // namespace pnfs_ha
