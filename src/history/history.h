// The takeovers that there were, in a file on the LUN, for every server to read.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/names.h"
#include "history/fence_report.h"
#include "host/files.h"

namespace pnfs_ha {

// What became of a file that was written directly.
enum class Outcome {
  committed_late,        // in full
  nothing_to_commit,     // its client came back and had nothing more to say about it
  client_gone,           // its client did not come back: what it had not committed is gone with it
  in_doubt,              // a commit hung when the active died: what was written after it is lost
  may_have_lost_blocks,  // what was not committed
};

// For programs.
inline constexpr auto outcome_ids = names<Outcome>({
    {Outcome::committed_late, "committed_late"},
    {Outcome::nothing_to_commit, "nothing_to_commit"},
    {Outcome::client_gone, "client_gone"},
    {Outcome::in_doubt, "in_doubt"},
    {Outcome::may_have_lost_blocks, "may_have_lost_blocks"},
});

const char* to_string(Outcome outcome);  // a phrase, for people

struct FileOutcome {
  std::string client;  // its address
  std::uint64_t inode = 0;
  std::string path;  // "/" if it is unknown
  Outcome outcome = Outcome::nothing_to_commit;
  std::string why;  // a phrase
  bool operator==(const FileOutcome&) const = default;
};

std::map<Outcome, std::size_t> count(const std::vector<FileOutcome>& files);  // every outcome

struct Takeover {
  std::int64_t at = 0;   // seconds since the epoch
  std::string server;    // that took over
  std::string previous;  // that was active before
  bool planned = false;
  bool accepts_late_commits = false;  // its nfsd
  int fenced = 0;                     // keys of clients that did not come back
  std::vector<Fenced> last_fenced;
  std::map<Outcome, std::size_t> counts;
  std::vector<FileOutcome> files;
  std::size_t untold = 0;  // late commits of which nothing is known but that they came
  std::size_t more = 0;    // files beyond those that the journal names
  bool operator==(const Takeover&) const = default;
};

// In the newest format. One in the first one is read as well: there an outcome was its phrase.
nlohmann::json to_json(const Takeover& takeover);
Takeover takeover_from_json(const nlohmann::json& record);  // throws NewerFormat

class History {
 public:
  static constexpr const char* file = ".pnfs-ha/history.json";  // below the LUN's mount point
  static constexpr std::size_t kept = 32;

  History(Files& files, const Path& lun_mount_point) : files_(files), path_(lun_mount_point / file) {}

  // Leaves the others as they are, whatever their format. Throws NewerFormat if the file itself has one.
  void add(const Takeover& takeover);

  struct Records {
    std::vector<Takeover> takeovers;  // newest last
    std::string unread;               // why there are more in the file; a sentence, or empty
  };
  Records read() const;

 private:
  nlohmann::json array() const;

  Files& files_;
  Path path_;
};

}  // namespace pnfs_ha
