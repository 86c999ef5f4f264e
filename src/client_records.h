// The NFS server's client records (nfsdcld's database): who may reclaim opens and locks after a takeover.
// They live on the state mirror; a copy on the LUN outlives the ramdisks. Each change gives the copy the next
// serial number and then writes that number beside the records on the mirror, so that the higher number is
// the newer: a mirror that was blank, or that missed changes while it was disconnected, has the lower one.
#pragma once

#include <optional>
#include <string>

#include "host.h"

namespace pnfs_ha {

class ClientRecords {
 public:
  static constexpr const char* path = "/var/lib/nfs/nfsdcld/main.sqlite";
  static constexpr const char* serial_file = "/var/lib/nfs/nfsdcld/pnfs-ha-serial";
  // Below the LUN's mount point, for root only.
  static constexpr const char* directory = ".pnfs-ha";

  ClientRecords(Host& host, const Path& lun_mount_point);

  // Both mounted, nfsdcld not yet running: puts the copy in the place of older records. Throws if the copy is
  // damaged and the mirror has no records either.
  void choose_newest();

  // Makes the copy follow the records, if they changed since the last call. nfsdcld may be running.
  void save_changes();

  // What the LUN's copy is: nullopt if there is none; throws if it is damaged.
  std::optional<int> serial_on_lun() const;
  int serial_on_mirror() const;  // 0: none

  // choose_newest() found nothing that it may use.
  bool lost() const { return lost_; }

  // The next choose_newest() does without, if it must: the damaged copy is kept under another name.
  void allow_loss() { loss_allowed_ = true; }

 private:
  Host& host_;
  Path copy_;
  bool lost_ = false;
  bool loss_allowed_ = false;
  std::string saved_;  // the records, as they were when they were copied last
};

}  // namespace pnfs_ha
