#include "server/drain.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace pnfs_ha {
namespace {

// How long one may wait for each client that has not lost its lease, by address.
std::map<std::string, Host::Duration> timeout(const NfsServer& nfs, std::chrono::seconds lease) {
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
  std::set<std::uint64_t> all;
  std::optional<std::set<std::uint64_t>> suspects;  // at first every file
  for (int round = 0;; ++round) {
    std::vector<FileUse> uses = written_directly(nfs.file_uses());
    if (suspects) std::erase_if(uses, [&](const FileUse& use) { return !suspects->contains(use.inode); });
    const std::vector<FileUse> before = std::exchange(result.left, std::move(uses));
    const auto clients = timeout(nfs, lease);
    for (const FileUse& use : before)
      if (!clients.contains(use.client) && suspects->contains(use.inode) &&
          std::ranges::find(result.left, use) == result.left.end())
        result.left.push_back(use);
    std::set<std::uint64_t> inodes, not_asked_for;
    Host::Duration limit = end - host.uptime();
    for (const FileUse& use : result.left) {
      const auto client = clients.find(use.client);
      const bool in_time = client != clients.end() && client->second > Host::Duration(0);
      (in_time ? inodes : not_asked_for).insert(use.inode);
      if (in_time) limit = std::min(limit, client->second);
    }
    if (inodes.empty() || round == drain_rounds || limit <= Host::Duration(0)) break;
    suspects = host.recall_layouts(mount_point, inodes, limit);
    all.insert(suspects->begin(), suspects->end());
    suspects->merge(not_asked_for);
  }
  result.files = all.size();
  result.took = host.uptime() - began;
  return result;
}

}  // namespace pnfs_ha
