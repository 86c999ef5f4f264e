// What runs on a server: the programs behind `pnfs-ha agent`, `pnfs-ha keep` and the guard, without their
// sockets and event loops.
#pragma once

#include "world.h"

namespace pnfs_ha::outage {

void run_agent(World& world, Node& node);
void run_keeper(World& world, Node& node);
void run_guard(World& world, Node& node);

}  // namespace pnfs_ha::outage
