#include "server/shared_lun.h"

#include <spdlog/fmt/fmt.h>

#include "base/error.h"
#include "server/designators.h"
#include "server/lun_paths.h"
#include "server/lun_size.h"
#include "server/unmount.h"

namespace pnfs_ha {
namespace {

const Path by_id = "/dev/disk/by-id";
const Path panic_mask = "/proc/sys/fs/xfs/panic_mask";

// Everything but verifier errors (fs/xfs/xfs_error.h): a preempted active panics at its next log write
// instead of answering its clients with EIO.
constexpr const char* panic_on_shutdown = "127";
constexpr const char* never_panic = "0";

// How long the log may be behind, in 0.01 s. The next active replays it before it can serve: with the
// kernel's 30 s a takeover under load replays 30 s of metadata.
const Path log_interval = "/proc/sys/fs/xfs/xfssyncd_centisecs";
constexpr const char* one_second = "100";

Path require_whole_scsi_disk(const Host& host, const Path& device) {
  const auto node = host.resolve(device);
  const std::string name = device.string();
  if (!node)
    throw UsageError(name + " does not exist",
                     "log in to the SAN first; `ls -l /dev/disk/by-id/wwn-*` lists what is there");
  const std::string kernel_name = node->filename();
  if (kernel_name.starts_with("dm-"))
    throw UsageError(
        name + " is a device-mapper device (LVM or dm-multipath)",
        "SCSI layouts need the disk itself: give the LUN's /dev/disk/by-id/wwn-… of one path, and "
        "exclude it from multipath and LVM");
  if (kernel_name.starts_with("nvme"))
    throw UsageError(name + " is an NVMe namespace",
                     "only SCSI LUNs (iSCSI, Fibre Channel, SAS) are supported");
  if (!host.resolve(sysfs_of(*node)))
    throw UsageError(name + " is a partition or no disk at all",
                     "give the whole disk: nfsd hands out no SCSI layout for a partition");
  if (!kernel_name.starts_with("sd"))
    throw UsageError(name + " (" + kernel_name + ") is no SCSI disk",
                     "only SCSI LUNs (iSCSI, Fibre Channel, SAS) are supported");
  return *node;
}

}  // namespace

SharedLun::SharedLun(Host& host, Path device, Path mount_point)
    : SharedLun(host, std::make_shared<LunPaths>(host, std::move(device)), std::move(mount_point)) {}

SharedLun::SharedLun(Host& host, std::shared_ptr<LunPaths> paths, Path mount_point)
    : host_(host), paths_(std::move(paths)), mount_point_(std::move(mount_point)) {}

Path SharedLun::stable_name(const Host& host, const Path& device) {
  const Path node = require_whole_scsi_disk(host, device);
  require_findable(host, node);
  const std::string wwid = wwid_of(host, node);
  for (const std::string& name : host.list(by_id))
    if (name.starts_with("wwn-0x") && host.resolve(by_id / name) &&
        (host.resolve(by_id / name) == node || wwid_of_name(name) == wwid))
      return by_id / name;
  throw UsageError(
      device.string() + " has no /dev/disk/by-id/wwn-0x… name",
      "clients find the LUN by its NAA designator (VPD page 83h): let the storage system provide one");
}

std::optional<Path> SharedLun::path() const {
  return paths_->in_use();
}

Path SharedLun::require_path() const {
  if (const auto node = path()) return *node;
  throw Error(device().string() + " is not there", "check the server's connection to the SAN");
}

std::string SharedLun::wwn() const {
  const auto node = path();
  return node ? wwid_of(host_, *node) : "";
}

std::optional<std::string> SharedLun::content() const {
  const Content found = host_.probe(path().value_or(device()));
  if (!found.partition_table.empty()) return "a partition table (" + found.partition_table + ")";
  if (found.type.empty()) return std::nullopt;
  return found.type + (found.label.empty() ? "" : " labelled '" + found.label + "'");
}

void SharedLun::require_blank(Overwrite overwrite) const {
  require_whole_scsi_disk(host_, device());
  const auto found = content();
  if (!found || overwrite == Overwrite::yes) return;
  throw Error(fmt::format("{} is not blank: it carries {}", device().string(), *found),
              "make sure that nobody needs it, then give --format to overwrite it");
}

void SharedLun::format(const std::string& label, Overwrite overwrite) {
  // reflink=0: a copied file would share extents and lose its layouts for ever (xfs_fs_map_blocks).
  // extszinherit: fewer, larger extents, so fewer LAYOUTGETs. A small log, however large the LUN: a takeover
  // replays it. -K: to discard a large thin LUN takes minutes, and nothing would be said meanwhile.
  Command mkfs = {"mkfs.xfs", "-q", "-K",        "-m", "reflink=0,crc=1",  "-d", "extszinherit=256", "-l",
                  "size=64m", "-b", "size=4096", "-L", label.substr(0, 12)};
  if (overwrite == Overwrite::yes) mkfs.emplace_back("-f");
  mkfs.push_back(device());
  host_.must_run(mkfs);
}

void SharedLun::rescan() {
  host_.write_attribute(sysfs_of(require_path()) / "device/rescan", "1");
}

std::uint64_t SharedLun::file_system_size() const {
  const std::string geometry = host_.must_run({"xfs_growfs", "-n", mount_point_});
  if (const auto size = parse_xfs_size(geometry)) return *size;
  throw Error("cannot tell the size of the LUN's file system from what xfs_growfs says: " + geometry);
}

void SharedLun::grow_file_system() {
  host_.must_run({"xfs_growfs", "-d", mount_point_});
}

void SharedLun::mount(Access access) {
  if (this->access() == access) return;
  if (this->access() != Access::none) umount();
  if (access == Access::none) return;
  const Path node = require_path();
  require_untaken(host_, node);
  const bool writes = access == Access::read_write;
  host_.create_directory(mount_point_);
  host_.set_writable(node, writes ? Writable::yes : Writable::no);
  host_.write_attribute(panic_mask, never_panic);
  host_.write_attribute(log_interval, one_second);
  host_.mount({.source = node,
               .target = mount_point_,
               .type = "xfs",
               .options = writes ? "rw,noatime,nouuid" : "ro,norecovery,noatime,nouuid",
               .hidden = !writes});
  // Not before: a file system that cannot be recovered is an error to tell of. With a panic, each server in turn
  // would die of it, with nobody to count them: the count is on that file system, and on ramdisks.
  if (writes) host_.write_attribute(panic_mask, panic_on_shutdown);
}

void SharedLun::umount() {
  const auto node = path();
  unmount(host_, {.mount_point = mount_point_, .type = "xfs", .device = node});
  // Also after a mount that failed half-way; but there is none before XFS was loaded.
  if (host_.resolve(panic_mask)) host_.write_attribute(panic_mask, never_panic);
  if (node && host_.resolve(*node)) host_.set_writable(*node, Writable::yes);
}

void SharedLun::leave() {
  if (access() == Access::read_only) host_.detach(mount_point_);
}

Access SharedLun::access() const {
  const auto mount = host_.mounted_at(mount_point_);
  if (!mount) return Access::none;
  return mount->options.starts_with("ro") ? Access::read_only : Access::read_write;
}

}  // namespace pnfs_ha
