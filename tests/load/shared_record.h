// What a shared file must hold, known to all who share it: its history, in a small file beside it that is
// read and written under the same lock. What a process saw of it last it also keeps to itself, so that a
// record that was lost, or written by two who held the lock at once, is found out although it looks well.
//
//   pnfs-load exercise record 1
//   life 3
//   1 truncate 0 client 2
//   ...
//   end 17 CHECKSUM
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "action.h"
#include "text_file.h"

namespace pnfs_load {

struct SharedRecord {
  unsigned life = 0;  // 0: nobody has begun yet
  History history;    // empty: what the file holds is not known, its life is to be begun
};

std::string to_text(const SharedRecord& record);
// An empty text is the record of a file that nobody has used yet. Throws Error.
SharedRecord parse_record(const std::string& text);

// For each record, what this process has seen of it last.
class RecordJournal {
 public:
  // Goes on with what the file holds, if there is one, and keeps it up to date. Throws Error.
  explicit RecordJournal(std::optional<Path> file);

  // What of the record contradicts the journal: it must begin with what was seen last, or be of a later life.
  std::optional<std::string> contradiction(const std::string& name, const SharedRecord& record) const;
  void remember(const std::string& name, const SharedRecord& record);

 private:
  struct Seen {
    unsigned life = 0;
    std::size_t actions = 0;
    std::uint64_t checksum = 0;
  };

  mutable std::mutex mutex_;
  std::optional<Path> file_;
  std::map<std::string, Seen> seen_;
};

}  // namespace pnfs_load
