// The clients of nfsd, as it tells of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/persistent_reservation.h"

namespace pnfs_ha {

// A client as nfsd knows it (/proc/fs/nfsd/clients/N/info).
struct NfsClient {
  pr::Key key = 0;      // what nfsd lets it register with the LUN (nfsd4_scsi_pr_key())
  std::string address;  // with its port
  std::string name;     // co_ownerid, as the client chose it
  std::string status;   // "confirmed", "unconfirmed", "courtesy", "expirable"
  int seconds_since_renewal = 0;

  bool operator==(const NfsClient&) const = default;
};

// nullopt if the text is of another shape.
std::optional<NfsClient> parse_nfs_client(const std::string& info);

// Every client key carries the second of the nfsd start that issued it (nfsd4_scsi_pr_key()).
constexpr std::uint32_t nfsd_start_of(pr::Key key) {
  return static_cast<std::uint32_t>(key >> 32);
}

}  // namespace pnfs_ha
