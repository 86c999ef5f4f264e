// Who has lost the right to the LUN without anybody but the product being able to know. nfsd itself fences
// its clients, before it gives their layouts away (image/nfsd/README.md). It cannot know those of earlier
// starts: a client that does not come back can go on writing to what it had a layout for.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "history/fence_report.h"
#include "history/key_journal.h"
#include "server/reservation.h"

namespace pnfs_ha {

// The second of nfsd's present start, as its clients' keys carry it. Stock nfsd does not tell: a range until a
// client has.
struct NfsdStart {
  std::uint32_t earliest = 0;
  std::uint32_t latest = UINT32_MAX;

  bool issued(pr::Key key) const { return earliest <= nfsd_start_of(key) && nfsd_start_of(key) <= latest; }
};

NfsdStart present_start(const std::vector<NfsClient>& clients, const NfsState& nfs);

// Of the keys that are registered, those whose owner is a client of the present nfsd: it has come back, and
// has forgotten its previous layouts. It keeps its previous key until its next direct I/O.
std::set<pr::Key> keys_of_returned(const std::vector<pr::Registration>& registrations,
                                   const std::vector<NfsClient>& clients, const KeyOwners& owners);

// After the grace period, when nobody can come back any more: the keys of earlier starts, without those of
// `returned`. registrations must have been read before clients, and the grace period have been over before.
std::vector<StaleRegistration> stale_registrations(const std::vector<pr::Registration>& registrations,
                                                   const NfsdStart& present,
                                                   const std::set<pr::Key>& returned,
                                                   const KeyOwners& owners);

}  // namespace pnfs_ha
