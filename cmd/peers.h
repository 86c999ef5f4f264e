// What the other servers of the cluster say of themselves.
#pragma once

#include "host/files.h"
#include "report/status.h"
#include "server.h"

namespace pnfs_ha {

// Asks each of a status' peers, over the network and for two seconds at most, and enters what it answers: its
// role, and why it could not take over now; or that it does not answer, or is configured otherwise.
void ask_peers(Status& status, const Files& files);

// Throws Error if the other servers say that none of them could take over now. One that does not answer is not counted out:
// the agent knows whether its copy of the state is up to date.
void require_successor(const Server& server);

}  // namespace pnfs_ha
