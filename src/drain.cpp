#include "drain.h"

#include <set>

namespace pnfs_ha {

Drained drain_layouts(Host& host, const NfsServer& nfs, const Path& mount_point) {
  const Host::Duration began = host.uptime(), end = began + drain_limit;
  Drained result;
  std::set<std::uint64_t> all;
  for (int round = 0;; ++round) {
    result.left = written_directly(nfs.file_uses());
    std::set<std::uint64_t> inodes;
    for (const FileUse& use : result.left) inodes.insert(use.inode);
    all.insert(inodes.begin(), inodes.end());
    const Host::Duration left = end - host.uptime();
    if (inodes.empty() || round == drain_rounds || left <= Host::Duration(0)) break;
    host.recall_layouts(mount_point, {inodes.begin(), inodes.end()}, left);
  }
  result.files = all.size();
  result.took = host.uptime() - began;
  return result;
}

}  // namespace pnfs_ha
