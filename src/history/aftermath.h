// What became of the files that clients wrote directly when the active died.
#pragma once

#include <array>
#include <map>
#include <set>

#include "history/late_commits.h"
#include "history/layout_journal.h"

namespace pnfs_ha {

enum class Fate {
  committed,          // late, and in full
  nothing_to_commit,  // its client came back and had nothing more to say about it
  client_gone,        // its client did not come back: what it had not committed is gone with it
  in_doubt,           // a commit hung when the active died: what was written after it is lost
  damaged,            // may have lost what was not committed
};

inline constexpr std::array all_fates{Fate::committed, Fate::nothing_to_commit, Fate::client_gone,
                                      Fate::in_doubt, Fate::damaged};

const char* to_string(Fate fate);

struct FileFate {
  FileUse file;
  Fate fate = Fate::nothing_to_commit;
  std::string why;  // a phrase
  bool operator==(const FileFate&) const = default;
};

// What the server that took over has seen since.
struct Witnessed {
  std::vector<LateCommit> commits;   // late
  std::size_t untold = 0;            // of which nothing is known but that they came
  std::set<std::string> clients;     // that came back
  bool accepts_late_commits = true;  // nfsd
  bool tells_of_them = true;
  // Of files whose commit was under way, by inode: what is unwritten when no late commit can come any more.
  std::map<std::uint64_t, std::vector<ByteRange>> in_doubt;
};

std::vector<FileFate> judge(const AtRisk& at_risk, const Witnessed& seen);

// The takeovers, newest last: a file on the LUN, for every server to read.
class History {
 public:
  static constexpr const char* file = ".pnfs-ha/history.json";  // below the LUN's mount point
  static constexpr std::size_t kept = 32;

  History(Host& host, const Path& lun_mount_point) : host_(host), path_(lun_mount_point / file) {}

  // at: of the takeover, seconds since the epoch. fencer: what it told (fence_report()), or null.
  void add(std::int64_t at, const AtRisk& at_risk, const std::vector<FileFate>& fates, const Witnessed& seen,
           const nlohmann::json& fencer);
  nlohmann::json takeovers() const;  // an array

 private:
  Host& host_;
  Path path_;
};

// Watches from the takeover until no late commit can come any more, then judges, once.
class Aftermath {
 public:
  Aftermath(Host& host, const NfsServer& nfs, LayoutJournal& journal, const Path& lun_mount_point,
            int lease_seconds);

  void watch();  // from time to time, while nfsd runs

 private:
  void look_at_late_commits();
  bool look_at_doubts();  // returns whether all are known
  void conclude(const AtRisk& at_risk, std::int64_t took_over_at);

  Host& host_;
  const NfsServer& nfs_;
  LayoutJournal& journal_;
  Path lun_mount_point_;
  History history_;
  std::chrono::seconds lease_;
  LateCommits late_commits_;
  Witnessed seen_;
  std::optional<Host::Duration> grace_over_at_;
};

}  // namespace pnfs_ha
