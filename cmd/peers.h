// What the other servers of the cluster say of themselves.
#pragma once

#include "host/files.h"
#include "report/status.h"

namespace pnfs_ha {

// Asks each of a status' peers, over the network and for two seconds at most, and enters what it answers: its
// role, and why it could not take over now; or that it does not answer, or is configured otherwise.
void ask_peers(Status& status, const Files& files);

}  // namespace pnfs_ha
