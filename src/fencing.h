// Who has lost the right to the LUN. nfsd 6.12 fences only a client that answers a layout recall and then
// does not return the layout (nfsd4_cb_layout_done()); it gives away the layouts of a client that is gone, of
// a courtesy client and of all clients of an earlier start without touching their registrations. Such a
// client can go on writing to blocks that belong to another file by now.
#pragma once

#include <string>
#include <vector>

#include "nfs_server.h"
#include "reservation.h"

namespace pnfs_ha {

struct Outlaw {
  pr::Key key = 0;
  std::string initiator;
  std::string why;  // a phrase
  bool operator==(const Outlaw&) const = default;
};

// Whether clients of an earlier start of nfsd may still come back.
enum class Reclaim { possible, over };

// registrations must have been read before clients: a client registers only after nfsd confirmed it.
std::vector<Outlaw> outlaws(const std::vector<pr::Registration>& registrations,
                            const std::vector<NfsClient>& clients, Reclaim reclaim, int lease_seconds);

}  // namespace pnfs_ha
