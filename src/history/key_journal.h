// Which client got which key from which start of nfsd: what a later start needs to know whether the owner of
// a key that is still registered with the LUN has come back. Kept on the state mirror, a file for each start,
// so that a takeover finds the previous actives' as they were left.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "server/nfs_server.h"

namespace pnfs_ha {

struct KeyOwner {
  std::string client;   // co_ownerid: the same at every server, also after the client reclaimed
  std::string address;  // with its port; for people
  bool operator==(const KeyOwner&) const = default;
};

using KeyOwners = std::map<pr::Key, KeyOwner>;

class KeyJournal {
 public:
  static constexpr const char* directory = "/var/lib/nfs/nfsdcld";  // pnfs-ha-keys-START.json, in hexadecimal

  KeyJournal(Files& files, const NfsServer& nfs) : files_(files), nfs_(nfs) {}

  // Makes this start's file follow nfsd's list of clients.
  void save();

  // Of every start. A file that is damaged counts as absent. Throws NewerFormat: whose keys are unknown is
  // not fenced on the strength of that.
  KeyOwners owners() const;

  // The keys of that start are of no interest any more.
  void forget(std::uint32_t start);

 private:
  Files& files_;
  const NfsServer& nfs_;
  std::optional<KeyOwners> saved_;
};

}  // namespace pnfs_ha
