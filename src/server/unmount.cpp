#include "server/unmount.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"

namespace pnfs_ha {
namespace {

// nfsd's file cache lets go of its last files a moment after its threads, a process that was ended of its own.
constexpr std::chrono::seconds patience(5);

std::vector<Mount> mounts_of(const Host& host, const FileSystem& file_system) {
  if (file_system.device) return host.mounts_of(*file_system.device);
  const auto mount = host.mounted_at(file_system.mount_point);
  return mount ? std::vector{*mount} : std::vector<Mount>();
}

bool is_known(const Host& host, const FileSystem& file_system) {
  return file_system.device &&
         host.resolve(Path("/sys/fs") / file_system.type / file_system.device->filename());
}

void end_users(Host& host, const FileSystem& file_system) {
  if (!file_system.device || !host.resolve(*file_system.device)) return;
  for (const MountUser& user : host.end_users_of(*file_system.device))
    spdlog::warn("{} must be unmounted: ended {} (process {}), which used {}",
                 file_system.mount_point.string(), user.name, user.pid, user.path);
}

}  // namespace

void unmount(Host& host, const FileSystem& file_system) {
  std::string why, remedy;
  const auto gone = [&] {
    try {
      const std::vector<Mount> mounts = mounts_of(host, file_system);
      std::for_each(mounts.rbegin(), mounts.rend(), [&](const Mount& mount) { host.umount(mount.target); });
      if (!is_known(host, file_system)) return true;
      why = fmt::format("cannot unmount {}: something else keeps its file system",
                        file_system.mount_point.string());
    } catch (const Error& error) {
      why = error.what();
      remedy = error.remedy();
    }
    end_users(host, file_system);
    return false;
  };
  if (!host.wait_until(gone, patience)) throw Error(why, remedy);
}

}  // namespace pnfs_ha
