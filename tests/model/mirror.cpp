#include "mirror.h"

#include <algorithm>

namespace pnfs_ha::model {
namespace {

Byte& sync_of(World& world, int a, int b) {
  return world.sync[static_cast<std::size_t>(pair_of(a, b))];
}
Byte sync_of(const World& world, int a, int b) {
  return world.sync[static_cast<std::size_t>(pair_of(a, b))];
}

template <typename Use>
void each_peer(const World& world, int server, Use use) {
  for (int peer = 0; peer < world.count; ++peer)
    if (peer != server) use(peer);
}

void start_sync(World& world, int target, int source) {
  sync_of(world, target, source) = static_cast<Byte>(target + 1);
  at(world, target).disk = Disk::partial;
  at(world, target).copy = {};
}

// drbd_asb_recover_1p: discard-secondary. 0p and 2p: disconnect; whether the discard-zero-changes of 0p finds
// a side without changes is not modelled.
void resolve_split(World& world, int a, int b) {
  if (at(world, a).primary != at(world, b).primary) {
    at(world, a).primary ? start_sync(world, b, a) : start_sync(world, a, b);
    return;
  }
  disconnect(world, a, b);
  put(at(world, a).standalone, b, true);
  put(at(world, b).standalone, a, true);
}

const char* name(Disk disk) {
  switch (disk) {
    case Disk::down:
      return "";
    case Disk::blank:
    case Disk::partial:
      return "Inconsistent";
    case Disk::up_to_date:
      return "UpToDate";
  }
  return "";
}

Byte unused_lineage(const World& world) {
  for (Byte lineage = 0;; ++lineage)
    if (std::ranges::none_of(world.server, [&](const Server& s) { return s.lineage == lineage; }))
      return lineage;
}

}  // namespace

bool connected(const World& world, int a, int b) {
  return has(world.connected, pair_of(a, b));
}

bool cable_works(const World& world, int a, int b) {
  return has(world.cables, pair_of(a, b));
}

bool is_sync_target(const World& world, int server) {
  bool target = false;
  each_peer(world, server, [&](int peer) { target |= sync_of(world, server, peer) == server + 1; });
  return target;
}

MirrorState mirror_state(const World& world, int server) {
  const Server& self = at(world, server);
  MirrorState seen;
  if (self.disk == Disk::down) return seen;
  seen.role = self.primary ? "Primary" : "Secondary";
  seen.disk = name(self.disk);
  seen.blank = self.disk == Disk::blank;
  bool all = true, ready = false, source = false, primary = false;
  each_peer(world, server, [&](int peer) {
    const bool here = connected(world, server, peer);
    all &= here;
    ready |= here && at(world, peer).disk == Disk::up_to_date;
    primary |= here && at(world, peer).primary;
    source |= here && sync_of(world, server, peer) == peer + 1;
  });
  seen.peer_role = primary ? "Primary" : all ? "Secondary" : "Unknown";
  seen.peer_disk = ready ? "UpToDate" : all ? "Inconsistent" : "DUnknown";
  if (is_sync_target(world, server))
    seen.connection = "SyncTarget";
  else if (source && !ready)
    seen.connection = "SyncSource";
  else if (all || ready)
    seen.connection = "Connected";
  else
    seen.connection = self.standalone != 0 ? "StandAlone" : "WFConnection";
  return seen;
}

// drbd_uuid_compare() and drbd_sync_handshake().
bool connect(World& world, int a, int b) {
  Server &x = at(world, a), &y = at(world, b);
  if (connected(world, a, b) || !cable_works(world, a, b) || !x.powered || !y.powered) return false;
  if (x.disk == Disk::down || y.disk == Disk::down || has(x.standalone, b) || has(y.standalone, a))
    return false;
  const bool both_full = x.disk == Disk::up_to_date && y.disk == Disk::up_to_date;
  // "I shall become SyncSource, but I am inconsistent!"
  if (!both_full && x.disk != Disk::up_to_date && y.disk != Disk::up_to_date && x.disk != y.disk)
    return false;
  if (x.disk == Disk::partial && y.disk == Disk::partial) return false;

  put(world.connected, pair_of(a, b), true);
  if (!both_full) {
    if (x.disk == Disk::up_to_date) start_sync(world, b, a);
    if (y.disk == Disk::up_to_date) start_sync(world, a, b);
    return true;
  }
  if (x.lineage != y.lineage) {  // "Unrelated data, aborting!"
    disconnect(world, a, b);
    put(x.standalone, b, true);
    put(y.standalone, a, true);
  } else if (has(x.changed, b) && has(y.changed, a)) {
    resolve_split(world, a, b);
  } else if (has(x.changed, b)) {
    start_sync(world, b, a);
  } else if (has(y.changed, a)) {
    start_sync(world, a, b);
  }
  return true;
}

void disconnect(World& world, int a, int b) {
  if (!connected(world, a, b)) return;
  put(world.connected, pair_of(a, b), false);
  sync_of(world, a, b) = 0;
  if (at(world, a).primary) put(at(world, a).changed, b, true);
  if (at(world, b).primary) put(at(world, b).changed, a, true);
}

void disconnect_all(World& world, int server) {
  each_peer(world, server, [&](int peer) { disconnect(world, server, peer); });
}

bool finish_sync(World& world, int a, int b) {
  const Byte target = sync_of(world, a, b);
  if (target == 0) return false;
  const int to = target - 1, from = a + b - to;
  const Server& source = at(world, from);
  Server& copy = at(world, to);
  copy.disk = Disk::up_to_date;
  copy.copy = source.copy;
  copy.lineage = source.lineage;
  copy.changed = source.changed;
  put(copy.changed, from, false);
  put(copy.changed, to, false);
  put(at(world, from).changed, to, false);
  sync_of(world, a, b) = 0;
  return true;
}

void write_copy(World& world, int server, Copy copy) {
  at(world, server).copy = copy;
  each_peer(world, server, [&](int peer) {
    if (connected(world, server, peer) && at(world, peer).disk == Disk::up_to_date)
      at(world, peer).copy = copy;
  });
}

bool promote(World& world, int server) {
  Server& self = at(world, server);
  if (self.primary) return true;
  bool refused = self.disk != Disk::up_to_date;
  each_peer(world, server,
            [&](int peer) { refused |= connected(world, server, peer) && at(world, peer).primary; });
  if (refused) return false;
  self.primary = true;
  each_peer(world, server, [&](int peer) {
    if (!connected(world, server, peer)) put(self.changed, peer, true);
  });
  return true;
}

void demote(World& world, int server) {
  at(world, server).primary = false;
}

void lose_ramdisk(World& world, int server) {
  demote(world, server);
  disconnect_all(world, server);
  Server& self = at(world, server);
  self.disk = Disk::down;
  self.copy = {};
  self.lineage = self.changed = self.standalone = 0;
}

void begin_blank(World& world, int server) {
  lose_ramdisk(world, server);
  at(world, server).disk = Disk::blank;
}

bool seed(World& world, int server, SeedAs how) {
  Server& self = at(world, server);
  if (self.disk == Disk::up_to_date && how == SeedAs::alone) {
    if (!promote(world, server)) return false;
    demote(world, server);
    return true;
  }
  bool all_blank = self.disk == Disk::blank, all_connected = true;
  each_peer(world, server, [&](int peer) {
    const bool here = connected(world, server, peer);
    all_connected &= here;
    all_blank &= !here || at(world, peer).disk == Disk::blank;
  });
  // new-current-uuid --clear-bitmap wants a connection and two new copies; primary --force beside a source
  // that is up to date changes nothing.
  if (how == SeedAs::connected_to_blank_peers && !(all_blank && all_connected)) return false;
  if (is_sync_target(world, server)) return true;
  if (!all_blank) return false;
  self.lineage = unused_lineage(world);
  self.disk = Disk::up_to_date;
  each_peer(world, server, [&](int peer) {
    Server& other = at(world, peer);
    if (connected(world, server, peer)) {
      other.disk = Disk::up_to_date;
      other.lineage = self.lineage;
    } else {
      put(self.changed, peer, true);
    }
  });
  return true;
}

}  // namespace pnfs_ha::model
