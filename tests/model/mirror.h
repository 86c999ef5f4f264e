// The mirror in the model: DRBD between each pair of servers, protocol C, a single primary.
#pragma once

#include "world.h"

namespace pnfs_ha::model {

bool connected(const World& world, int a, int b);
bool cable_works(const World& world, int a, int b);
bool is_sync_target(const World& world, int server);

// What the agent of `server` sees. With two peers: Connected if all of them are, or if one of them is and is
// up to date; else the one that is missing decides. An agent for three servers has to fold them like this.
MirrorState mirror_state(const World& world, int server);

bool connect(World& world, int a, int b);  // no: they do not even try, or DRBD refuses for the moment
void disconnect(World& world, int a, int b);
void disconnect_all(World& world, int server);
bool finish_sync(World& world, int a, int b);

// The copy that this server, Primary, writes, and those of the peers that it is connected to.
void write_copy(World& world, int server, Copy copy);

bool promote(World& world, int server);
void demote(World& world, int server);
void begin_blank(World& world, int server);  // create-md on a new ramdisk, up
void lose_ramdisk(World& world, int server);

enum class SeedAs { connected_to_blank_peers, alone };
bool seed(World& world, int server, SeedAs how);

}  // namespace pnfs_ha::model
