#include "lun.h"

namespace pnfs_ha::model {
namespace {

bool holds(const World& world, int server) {
  return world.holder == server + 1;
}

void set_key(World& world, int server, Key key) {
  at(world, server).key = key;
  at(world, server).challenge_aged = false;
  // A holder that is no registrant any more releases a Registrants Only reservation (SPC-4 5.13.11.2.3).
  if (key == Key::none && holds(world, server)) world.holder = 0;
}

}  // namespace

int key_number(int server, Key key) {
  if (key == Key::nfsd) return nfsd_key_number;
  if (key == Key::serving) return 2 * most_servers + server;
  return key == Key::own ? server : most_servers + server;
}

int key_number_of(const World& world, int server) {
  return key_number(server, at(world, server).key);
}

bool may_read(const World& world, int server) {
  return at(world, server).san && (world.holder == 0 || at(world, server).key != Key::none);
}

// The path to the SAN is left out: a command may be under way on a path that was cut since.
bool could_write(const World& world, int server) {
  const Server& s = at(world, server);
  return s.powered && s.access == Access::read_write && (world.holder == 0 || s.key != Key::none);
}

bool register_and_ignore(World& world, int server, Key key) {
  if (!at(world, server).san) return false;
  set_key(world, server, key);
  return true;
}

bool register_key(World& world, int server, Key before, Key after) {
  if (!at(world, server).san || at(world, server).key != before) return false;
  set_key(world, server, after);
  return true;
}

bool unregister(World& world, int server) {
  return register_and_ignore(world, server, Key::none);
}

bool reserve(World& world, int server) {
  const Server& s = at(world, server);
  if (!s.san || s.key == Key::none || (world.holder != 0 && !holds(world, server))) return false;
  world.holder = static_cast<Byte>(server + 1);
  return true;
}

// SPC-4 5.13.11.2.4: every registration with that key goes at once; if the holder's is among them, the
// preempting nexus, which stays registered, becomes the holder. If the key is not the holder's, even the
// caller's own registration goes with it.
bool preempt_and_abort(World& world, int server, int key) {
  if (!at(world, server).san || at(world, server).key == Key::none) return false;
  const bool of_holder = holder_key(world) == key + 1;
  bool found = false;
  for (int other = 0; other < world.count; ++other) {
    if (at(world, other).key == Key::none || key_number_of(world, other) != key) continue;
    found = true;
    if (other != server || !of_holder) set_key(world, other, Key::none);
  }
  if (found && of_holder) world.holder = static_cast<Byte>(server + 1);
  return found;
}

Byte holder_key(const World& world) {
  if (world.holder == 0) return 0;
  return static_cast<Byte>(key_number_of(world, world.holder - 1) + 1);
}

Byte another_server(const World& world, int server, Byte removed) {
  for (int other = 0; other < world.count; ++other) {
    const Key key = at(world, other).key;
    const bool to_go = key != Key::none && (says_serving(key) || !has(removed, other));
    if (other != server && to_go) return static_cast<Byte>(other + 1);
  }
  return 0;
}

Key serving_elsewhere(const World& world, int server) {
  Key found = Key::none;
  for (int other = 0; other < world.count; ++other)
    if (other != server && says_serving(at(world, other).key) && found != Key::nfsd)
      found = at(world, other).key;
  return found;
}

void forget_reservations(World& world) {
  world.holder = 0;
  world.client = false;
  for (int server = 0; server < world.count; ++server) set_key(world, server, Key::none);
}

}  // namespace pnfs_ha::model
