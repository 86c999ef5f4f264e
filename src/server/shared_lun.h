// The LUN that all servers and clients share: a whole SCSI disk with XFS directly on it.
// (SCSI layouts need that: nfsd refuses partitions, and device-mapper has no get_unique_id before
// Linux 6.18.)
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "host/host.h"
#include "server/lun_paths.h"

namespace pnfs_ha {

enum class Overwrite { no, yes };

class SharedLun {
 public:
  // device: a stable name below /dev/disk/by-id. mount_point: absolute.
  SharedLun(Host& host, Path device, Path mount_point);
  SharedLun(Host& host, std::shared_ptr<LunPaths> paths, Path mount_point);

  // The stable by-id name of any name of a whole SCSI disk. Throws for a partition, LVM, dm-multipath, NVMe,
  // or nothing at all, each with its remedy.
  static Path stable_name(const Host& host, const Path& device);

  // The disk that is used of those that are this LUN (lun_paths.h); nullopt: it is not there.
  std::optional<Path> path() const;
  std::string wwn() const;  // "naa.6001405…"; empty if absent

  // What blkid finds on the LUN, as a phrase ("an XFS file system, label demo"); nullopt if it is blank.
  std::optional<std::string> content() const;

  void require_blank(Overwrite overwrite) const;
  void format(const std::string& label, Overwrite overwrite);

  // Reads capacity and cache mode anew: a disk probed by an unregistered server has neither right (sd.c), and
  // XFS would not flush the cache that clients write through.
  void rescan();

  // Of the XFS, in bytes, where it is mounted.
  std::uint64_t file_system_size() const;
  // To the end of the LUN, while it is served. There is no way back: XFS does not shrink.
  void grow_file_system();

  // read_only is ro,norecovery: plain ro would replay the active's log and corrupt the file system. XFS
  // refuses to remount a norecovery mount read-write, so going from one to the other is umount and mount.
  // Mounting also sets the kernel's XFS panic mask: a fenced active must die, a standby with stale metadata
  // must not. read_only is for the agent alone (Mount::hidden): a shell in it would keep the server from taking
  // over. The LUN is known by its WWN: a snapshot of it that is mounted elsewhere has the same UUID (nouuid).
  void mount(Access access);
  void umount();  // as unmount()
  void leave();   // of a mount that is read-only and hidden: waits for no device

  Access access() const;
  const Path& device() const { return paths_->device(); }
  const Path& mount_point() const { return mount_point_; }

 private:
  Path require_path() const;

  Host& host_;
  std::shared_ptr<LunPaths> paths_;
  Path mount_point_;
};

}  // namespace pnfs_ha
