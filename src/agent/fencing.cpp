#include "agent/fencing.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace pnfs_ha {
namespace {

// Between the product's note of the start and nfsd's own there is a program to execute, on a busy machine.
constexpr std::uint32_t longest_start = 60;  // seconds

}  // namespace

NfsdStart present_start(const std::vector<NfsClient>& clients, const NfsState& nfs) {
  if (nfs.start_second) return {*nfs.start_second, *nfs.start_second};
  if (!clients.empty()) {
    const std::uint32_t start = nfsd_start_of(clients.front().key);
    return {start, start};
  }
  if (nfs.started_at <= 0) return {};
  const auto start = static_cast<std::uint32_t>(nfs.started_at);
  return {start, start + longest_start};
}

std::set<pr::Key> keys_of_returned(const std::vector<pr::Registration>& registrations,
                                   const std::vector<NfsClient>& clients, const KeyOwners& owners) {
  std::set<std::string> here;
  for (const NfsClient& client : clients)
    if (client.status != "unconfirmed") here.insert(client.name);
  std::set<pr::Key> returned;
  for (const pr::Registration& r : registrations)
    if (const auto owner = owners.find(r.key); owner != owners.end() && here.contains(owner->second.client))
      returned.insert(r.key);
  return returned;
}

std::vector<StaleRegistration> stale_registrations(const std::vector<pr::Registration>& registrations,
                                                   const NfsdStart& present,
                                                   const std::set<pr::Key>& returned,
                                                   const KeyOwners& owners) {
  std::vector<StaleRegistration> found;
  for (const pr::Registration& r : registrations) {
    if (is_server_key(r.key) || present.issued(r.key) || returned.contains(r.key)) continue;
    // A client with several paths has one key; who loses it loses all of them.
    if (std::ranges::find(found, r.key, &StaleRegistration::key) != found.end()) continue;
    const auto owner = owners.find(r.key);
    found.push_back({r.key, r.initiator,
                     owner == owners.end()
                         ? "no client of this server is known to have this key"
                         : fmt::format("client {} at {} did not come back in the grace period",
                                       owner->second.client, owner->second.address)});
  }
  return found;
}

}  // namespace pnfs_ha
