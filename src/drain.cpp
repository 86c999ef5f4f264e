#include "drain.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace pnfs_ha {
namespace {

// How long one may wait for each client that has not lost its lease, by address.
std::map<std::string, Host::Duration> patience(const NfsServer& nfs, std::chrono::seconds lease) {
  std::map<std::string, Host::Duration> found;
  for (const NfsClient& client : nfs.clients())
    if (client.status == "confirmed")
      found[without_port(client.address)] =
          lease - drain_margin - std::chrono::seconds(client.seconds_since_renewal);
  return found;
}

}  // namespace

Drained drain_layouts(Host& host, const NfsServer& nfs, const Path& mount_point, std::chrono::seconds lease) {
  const Host::Duration began = host.uptime(), end = began + drain_limit;
  Drained result;
  std::set<FileUse> all;
  for (int round = 0;; ++round) {
    const std::vector<FileUse> before = std::exchange(result.left, written_directly(nfs.file_uses()));
    const auto clients = patience(nfs, lease);
    for (const FileUse& use : before)
      if (!clients.contains(use.client) && std::ranges::find(result.left, use) == result.left.end())
        result.left.push_back(use);
    std::set<std::uint64_t> inodes;
    Host::Duration limit = end - host.uptime();
    for (const FileUse& use : result.left) {
      all.insert(use);
      const auto client = clients.find(use.client);
      if (client == clients.end() || client->second <= Host::Duration(0)) continue;
      inodes.insert(use.inode);
      limit = std::min(limit, client->second);
    }
    if (inodes.empty() || round == drain_rounds || limit <= Host::Duration(0)) break;
    host.recall_layouts(mount_point, {inodes.begin(), inodes.end()}, limit);
  }
  result.files.assign(all.begin(), all.end());
  result.took = host.uptime() - began;
  return result;
}

void let_layouts_come_back(Host& host, const NfsServer& nfs, const std::vector<FileUse>& files) {
  constexpr std::chrono::seconds moment(1);
  host.wait_until(
      [&] {
        const std::vector<FileUse> now = written_directly(nfs.file_uses());
        return std::ranges::all_of(
            files, [&](const FileUse& file) { return std::ranges::find(now, file) != now.end(); });
      },
      moment);
}

}  // namespace pnfs_ha
