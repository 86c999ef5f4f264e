// What nfsd tells of LAYOUTCOMMITs for layouts of the previous active: /proc/fs/nfsd/late_layoutcommits
// (image/nfsd, patch 12).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "host/files.h"

namespace pnfs_ha {

enum class LateVerdict {
  accepted,
  failed,
  under_way,  // the Linux client had sent it when the active died; it repeats it, but forgets what it wrote
              // since then
  too_late,
  blocks_freed,
  not_reclaimed,
  unknown,  // to this version of the product
};

const char* to_string(LateVerdict verdict);  // a phrase

struct LateCommit {
  LateVerdict verdict = LateVerdict::unknown;
  std::string client;  // its address
  std::uint64_t inode = 0;
  std::uint64_t kept = 0, dropped = 0, first_dropped = 0;  // bytes, and an offset
  std::uint64_t offset = 0;
  std::int64_t last = -1;  // byte written; -1: unknown

  bool operator==(const LateCommit&) const = default;
};

// Those of nfsd's present start. It keeps the latest 16384 of them, numbered: what was not seen in time is missing.
class LateCommits {
 public:
  static constexpr const char* file = "/proc/fs/nfsd/late_layoutcommits";

  // Reads what is new. Stock nfsd has no such file.
  void look(const Files& files);

  bool readable() const { return readable_; }  // at the last look
  std::size_t missing() const;
  const std::map<std::uint64_t, LateCommit>& by_number() const { return commits_; }

 private:
  bool readable_ = false;
  std::int64_t start_ = 0;              // of nfsd, seconds since the epoch
  std::uint64_t first_ = 0, next_ = 0;  // numbers that this start has given out, up to next_ - 1
  std::map<std::uint64_t, LateCommit> commits_;
};

}  // namespace pnfs_ha
