// The NFS server's client records (nfsdcld's database): who may reclaim opens and locks after a takeover.
// They live on the state mirror; a copy on the LUN outlives the ramdisks.
//
// Which of the two is newer? Every takeover begins an epoch, on the LUN and on the mirror, before any client
// can change a record; within an epoch every change counts up. A mirror that was blank, or that missed
// changes or takeovers while it was disconnected, has the lower number. (tests/model shows what goes wrong
// with less.)
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "host/host.h"

namespace pnfs_ha {

struct RecordsNumber {
  std::uint32_t epoch = 0;   // 0: none
  std::uint32_t change = 0;  // SQLite's file change counter (sqlite.org/fileformat.html 1.3.7)

  auto operator<=>(const RecordsNumber&) const =
      default;  // NOLINT(modernize-use-nullptr): the compiler's own
};

std::string to_string(const RecordsNumber& number);  // "7.42"

class ClientRecords {
 public:
  static constexpr const char* path = "/var/lib/nfs/nfsdcld/main.sqlite";
  static constexpr const char* epoch_file = "/var/lib/nfs/nfsdcld/pnfs-ha-epoch";
  // Below the LUN's mount point, for root only: client-records-EPOCH.CHANGE.sqlite. The highest one counts.
  static constexpr const char* directory = ".pnfs-ha";

  ClientRecords(Host& host, const Path& lun_mount_point);

  // Both mounted, nfsdcld not yet running: puts the copy in the place of older records and begins an epoch.
  // Throws if the copy is damaged and the mirror has no records either; and NewerFormat, rather than go back
  // to older records.
  void choose_newest();

  // Makes the copy follow the records, if they changed since the last call. nfsdcld may be running.
  void save_changes();

  std::optional<RecordsNumber> on_lun() const;
  RecordsNumber on_mirror() const;

  // choose_newest() found nothing that it may use.
  bool lost() const { return lost_; }

  // The next choose_newest() does without, if it must: the damaged copy is kept under another name.
  void allow_loss() { loss_allowed_ = true; }

 private:
  Path copy(const RecordsNumber& number) const;
  Path draft() const;
  void put_in_place(const RecordsNumber& number);
  void take_copy(const RecordsNumber& number);

  Host& host_;
  Path directory_;
  bool lost_ = false;
  bool loss_allowed_ = false;
};

}  // namespace pnfs_ha
