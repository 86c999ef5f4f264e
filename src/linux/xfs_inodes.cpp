// LinuxHost's files of the LUN's XFS that are known by their inode only.
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <xfs/xfs.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

// Many clients are asked at the same time; each thread waits for one file.
constexpr std::size_t most_threads = 32;

// struct file_handle with XFS' 64-bit content (struct xfs_fid64 in fs/xfs/xfs_export.h, without the parent).
struct Handle {
  static constexpr int type = 0x81;  // FILEID_INO32_GEN | XFS_FILEID_TYPE_64FLAG
  std::uint64_t inode;
  std::uint32_t generation;
};
constexpr unsigned handle_size = 12;

// -1 if there is no such file.
UniqueFd open_inode(int file_system, std::uint64_t inode, int flags) {
  alignas(xfs_bulkstat_req) std::array<char, XFS_BULKSTAT_REQ_SIZE(1)> memory{};
  auto* request = reinterpret_cast<xfs_bulkstat_req*>(memory.data());
  request->hdr.ino = inode;
  request->hdr.icount = 1;
  if (ioctl(file_system, XFS_IOC_BULKSTAT, request) != 0 || request->hdr.ocount != 1 ||
      request->bulkstat[0].bs_ino != inode)
    return UniqueFd();
  const Handle content{inode, request->bulkstat[0].bs_gen};
  alignas(file_handle) std::array<char, sizeof(file_handle) + handle_size> space{};
  auto* handle = reinterpret_cast<file_handle*>(space.data());
  handle->handle_bytes = handle_size;
  handle->handle_type = Handle::type;
  std::memcpy(handle->f_handle, &content, handle_size);
  return UniqueFd(open_by_handle_at(file_system, handle, flags | O_CLOEXEC));
}

// Nothing if the file system does not tell.
std::optional<std::vector<ByteRange>> unwritten_ranges_of(const UniqueFd& file) {
  constexpr std::size_t extents_at_once = 256;
  alignas(fiemap) std::array<char, sizeof(fiemap) + extents_at_once * sizeof(fiemap_extent)> memory{};
  auto* map = reinterpret_cast<fiemap*>(memory.data());
  std::vector<ByteRange> ranges;
  for (bool last = false; !last;) {
    map->fm_length = FIEMAP_MAX_OFFSET - map->fm_start;
    map->fm_extent_count = extents_at_once;
    if (ioctl(file.get(), FS_IOC_FIEMAP, map) != 0) return std::nullopt;
    last = map->fm_mapped_extents == 0;
    for (const fiemap_extent& extent : std::span(map->fm_extents, map->fm_mapped_extents)) {
      const std::uint64_t end = extent.fe_logical + extent.fe_length;
      if ((extent.fe_flags & FIEMAP_EXTENT_UNWRITTEN) != 0) ranges.push_back({extent.fe_logical, end});
      map->fm_start = end;
      last = (extent.fe_flags & FIEMAP_EXTENT_LAST) != 0;
    }
  }
  return ranges;
}

// A client commits blocks that were unwritten, and a new end of the file. LAYOUTGET allocates the former,
// also behind the end; within the last block the end may move without a new block.
bool may_be_uncommitted(const UniqueFd& file) {
  struct stat about = {};
  struct statvfs file_system = {};
  const auto unwritten = unwritten_ranges_of(file);
  if (!unwritten || fstat(file.get(), &about) != 0 || fstatvfs(file.get(), &file_system) != 0) return true;
  return !unwritten->empty() || static_cast<unsigned long>(about.st_size) % file_system.f_bsize != 0;
}

// What the threads share with a caller who may have gone.
struct Recall {
  UniqueFd file_system;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::uint64_t> waiting;
  std::set<std::uint64_t> uncommitted;  // every one, until it is known to be otherwise
  std::size_t unfinished = 0;
};

// Whether there was anything to commit. XFS takes back every layout of a file before it looks at the
// arguments (xfs_file_fallocate(), xfs_break_layouts()), and these are wrong: EINVAL, and nothing has changed
// but the file's times.
bool recall_one(const Recall& recall, std::uint64_t inode) {
  // Waits until a client has returned its delegation for writing.
  const UniqueFd looked_at = open_inode(recall.file_system.get(), inode, O_RDONLY);
  if (!looked_at || !may_be_uncommitted(looked_at)) return false;
  const UniqueFd file = open_inode(recall.file_system.get(), inode, O_RDWR);
  if (file) std::ignore = fallocate(file.get(), FALLOC_FL_COLLAPSE_RANGE, 1, 1);
  return true;
}

void work(const std::shared_ptr<Recall>& recall) {
  std::unique_lock lock(recall->mutex);
  while (!recall->waiting.empty()) {
    const std::uint64_t inode = recall->waiting.front();
    recall->waiting.pop_front();
    lock.unlock();
    const bool had = recall_one(*recall, inode);
    lock.lock();
    if (!had) recall->uncommitted.erase(inode);
    --recall->unfinished;
    recall->changed.notify_all();
  }
}

}  // namespace

std::set<std::uint64_t> LinuxHost::recall_layouts(const Path& mount_point,
                                                  const std::set<std::uint64_t>& inodes, Duration limit) {
  const auto recall = std::make_shared<Recall>();
  recall->file_system = ask("opening " + mount_point.string(), call_limits::storage, [mount_point] {
    return UniqueFd(open(mount_point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  });
  recall->waiting.assign(inodes.begin(), inodes.end());
  recall->uncommitted = inodes;
  recall->unfinished = inodes.size();
  for (std::size_t i = 0; i < std::min(most_threads, inodes.size()); ++i)
    std::thread(work, recall).detach();  // one may wait for a client longer than the caller for it
  std::unique_lock lock(recall->mutex);
  recall->changed.wait_for(lock, limit, [&] { return recall->unfinished == 0; });
  recall->waiting.clear();
  return recall->uncommitted;
}

namespace {

std::optional<std::vector<ByteRange>> unwritten_now(const Path& mount_point, std::uint64_t inode) {
  const UniqueFd file_system(open(mount_point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // O_NONBLOCK: it does not wait for a client to return a delegation.
  const UniqueFd file = open_inode(file_system.get(), inode, O_RDONLY | O_NONBLOCK);
  if (!file) return std::nullopt;
  return unwritten_ranges_of(file);
}

std::string path_now(const Path& mount_point, std::uint64_t inode) {
  const UniqueFd file_system(open(mount_point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const UniqueFd file = open_inode(file_system.get(), inode, O_PATH);
  if (!file) return {};
  std::array<char, 4096> path{};
  const ssize_t length =
      readlink(("/proc/self/fd/" + std::to_string(file.get())).c_str(), path.data(), path.size());
  const std::string found(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  const std::string inside = mount_point.string() + "/";
  return found.starts_with(inside) ? found.substr(inside.size()) : std::string();
}

}  // namespace

std::optional<std::vector<ByteRange>> LinuxHost::unwritten_ranges(const Path& mount_point,
                                                                  std::uint64_t inode) const {
  return ask("reading the map of a file on " + mount_point.string(), call_limits::storage,
             [=] { return unwritten_now(mount_point, inode); });
}

std::string LinuxHost::path_of_inode(const Path& mount_point, std::uint64_t inode) const {
  return ask("looking for a file's name on " + mount_point.string(), call_limits::storage,
             [=] { return path_now(mount_point, inode); });
}

}  // namespace pnfs_ha
