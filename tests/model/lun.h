// The LUN in the model: SPC-4 persistent reservations of the type Exclusive Access - Registrants Only, one
// command at a time. Each answers whether the target says GOOD.
#pragma once

#include "world.h"

namespace pnfs_ha::model {

// Keys by number: 0..2 the servers' own as standby, 3..5 their challenges, 6..8 their own as serving, 9 stock
// nfsd's, the same on every server.
constexpr int nfsd_key_number = 3 * most_servers;
int key_number(int server, Key key);  // not Key::none
int key_number_of(const World& world, int server);

bool may_read(const World& world, int server);     // as may_write(): under this type only registrants may
bool could_write(const World& world, int server);  // mounted read-write, and the target would let it

bool register_and_ignore(World& world, int server, Key key);         // REGISTER AND IGNORE EXISTING KEY
bool register_key(World& world, int server, Key before, Key after);  // REGISTER: a compare and swap
bool unregister(World& world, int server);
bool reserve(World& world, int server);
bool preempt_and_abort(World& world, int server, int key);

// The number of the holder's key + 1, or 0.
Byte holder_key(const World& world);
// Whom Reservation::take() removes next, having removed these: a server's number + 1, or 0.
Byte another_server(const World& world, int server, Byte removed);
// Another server is registered as if it served: under this key, nfsd's before any other; or none.
Key serving_elsewhere(const World& world, int server);

void forget_reservations(World& world);

}  // namespace pnfs_ha::model
