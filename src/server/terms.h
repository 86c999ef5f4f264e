// The circuit breaker. A file system or a request that kills whoever serves it would kill one server after the
// other, for ever, each with a blank ramdisk and a little less hope. Each server that begins to serve notes
// that, and who served for a minute strikes it out, as does who leaves in order. After three in a row that did
// neither, nobody begins any more until a human has decided (`pnfs-ha recover`).
#pragma once

#include "host/host.h"

namespace pnfs_ha {

class Terms {
 public:
  // Beside the client records, and below the LUN's mount point beside their copy.
  static constexpr const char* mirror_file = "/var/lib/nfs/nfsdcld/pnfs-ha-terms";
  static constexpr const char* lun_file = ".pnfs-ha/terms";
  static constexpr int most = 3;
  static constexpr std::chrono::minutes lasting{1};

  Terms(Host& host, const Path& lun_mount_point);

  // All need the mirror and the LUN mounted.
  void begin();  // before anybody is served. Throws Error if the last three died young, and begins nothing
  void take_back();  // ended in order
  void outlast();    // served for `lasting`
  // How many in a row have begun and neither lasted nor left. What cannot be read counts as none: serving is
  // the rule.
  int died_young() const;

  // begin() was refused, here and since; and a human decided that it is not to be, once.
  bool refused() const { return refused_; }
  void allow();

 private:
  void note(int count);

  Host& host_;
  Path lun_;
  bool refused_ = false;
  bool allowed_ = false;
};

}  // namespace pnfs_ha
