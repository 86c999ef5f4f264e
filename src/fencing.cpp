#include "fencing.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

namespace pnfs_ha {
namespace {

// Empty: this registration is as it should be.
std::string fault_of(const pr::Registration& registration, const std::vector<NfsClient>& clients,
                     Reclaim reclaim, int lease_seconds) {
  if (is_challenge_key(registration.key)) return "a server asks whether this one is alive";
  // The holder is this server: nobody asks otherwise.
  if (says_serving(registration.key) && !registration.holder) return "a server is registered as if it served";
  if (is_server_key(registration.key)) return {};
  const auto client = std::ranges::find(clients, registration.key, &NfsClient::key);
  if (client == clients.end()) return reclaim == Reclaim::possible ? "" : "nfsd does not know its client";
  if (client->status == "courtesy" || client->status == "expirable")
    return fmt::format("the lease of client {} has expired", client->address);
  // A second early: nfsd may give a client's layouts away as soon as its lease has expired.
  if (client->seconds_since_renewal >= lease_seconds - 1)
    return fmt::format("client {} has not renewed its lease for {} s", client->address,
                       client->seconds_since_renewal);
  return {};
}

}  // namespace

std::vector<Outlaw> outlaws(const std::vector<pr::Registration>& registrations,
                            const std::vector<NfsClient>& clients, Reclaim reclaim, int lease_seconds) {
  std::vector<Outlaw> found;
  for (const pr::Registration& registration : registrations)
    if (std::string why = fault_of(registration, clients, reclaim, lease_seconds); !why.empty())
      found.push_back({registration.key, registration.initiator, std::move(why)});
  return found;
}

}  // namespace pnfs_ha
