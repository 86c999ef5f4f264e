// The model's world: what up to three servers, the LUN and the mirror between them hold at one moment, as far
// as any rule of the cluster depends on it. Small, and packed into four words for the table of visited worlds.
#pragma once

#include <array>
#include <cstdint>

#include "decision.h"

namespace pnfs_ha::model {

using Byte = std::uint8_t;

constexpr int most_servers = 3;

enum class Disk : Byte { down, blank, partial, up_to_date };  // partial: half a resynchronisation

// What a server's I_T nexus is registered with.
enum class Key : Byte { none, own, serving, challenge, nfsd };

constexpr bool says_serving(Key key) {
  return key == Key::serving || key == Key::nfsd;
}

// What a server's agent is about: an action it decided on, by what it saw then, or the sequence that it runs.
enum class Task : Byte {
  idle,
  will_bring_up,
  will_renew_mirror,
  will_seed_with_peer,
  will_seed_alone,
  will_challenge,
  will_take_over,
  will_serve,
  will_expel,
  will_release,
  will_renew_standby,
  will_fence_self,
  taking_over,
  undoing_takeover,
  releasing,
  releasing_first,  // before bring_up: what an agent before this one left
  bringing_up,
  undoing_bring_up,
  renewing_standby,
  undoing_renew_standby,
  renewing_mirror,
  undoing_renew_mirror,
  count_of_tasks,
};

// Client records: which change they contain last, and the serial number written beside them.
struct Copy {
  Byte records = 0;
  Byte serial = 0;
};

struct Server {
  bool powered = true;
  bool hung = false;  // its agent does nothing; the kernel goes on
  bool san = true;    // it reaches the LUN
  bool witness = true;
  Role role = Role::joining;
  Task task = Task::idle;
  Byte at = 0;               // the sequence's step
  Byte part = 0;             // of a step that sends several SCSI commands
  bool undo_failed = false;  // a release that fails ends in a reboot
  bool read_back = false;    // this takeover saw itself hold the reservation
  Byte removed = 0;          // by take(): the servers, a bit each
  Byte seen_key = 0;         // what take() read and means to preempt: a key's number + 1, or 0

  Access access = Access::none;
  bool state_mounted = false;
  bool nfsd = false;
  bool nfsd_has_key = false;  // the agent told it this server's
  bool gate = false;          // clients reach its nfsd, and its replies leave
  bool half_saved = false;    // of the two writes that save the client records, the first is done
  Byte snapshot = 0;          // the records that the second is to write

  Disk disk = Disk::down;
  bool primary = false;
  Copy copy;
  Byte lineage = 0;     // copies of different lineage are unrelated data to DRBD
  Byte changed = 0;     // written without these peers, a bit each
  Byte standalone = 0;  // DRBD does not try these peers any more

  Key key = Key::none;          // on the LUN: survives a power loss of the server
  bool challenge_aged = false;  // its challenge has stood for limits::challenge
};

struct World {
  std::array<Server, most_servers> server;
  Byte count = 2;                         // of servers
  Byte holder = 0;                        // of the reservation: a server's index + 1, or 0
  bool client = true;                     // a client is registered with the LUN
  Copy lun;                               // the copy of the client records on the LUN
  Byte acknowledged = 0;                  // the last change of the client records that a client was told of
  Byte cables = 0;                        // between the mirrors of two servers, a bit each pair: works
  Byte connected = 0;                     // DRBD, a bit each pair
  std::array<Byte, most_servers> sync{};  // each pair: 0, or 1 + the index of the sync target
  Byte faults = 0;                        // that happened so far
};

using Packed = std::array<std::uint64_t, 4>;

Packed pack(const World& world);
World unpack(const Packed& packed, int count);

inline Server& at(World& world, int server) {
  return world.server[static_cast<std::size_t>(server)];
}
inline const Server& at(const World& world, int server) {
  return world.server[static_cast<std::size_t>(server)];
}

// The number of a pair of servers.
constexpr int pair_of(int a, int b) {
  return a + b - 1;
}
constexpr Byte bit(int n) {
  return static_cast<Byte>(1U << n);
}
constexpr bool has(Byte set, int n) {
  return (set >> n & 1) != 0;
}
constexpr void put(Byte& set, int n, bool value) {
  set = static_cast<Byte>(value ? set | bit(n) : set & ~bit(n));
}

}  // namespace pnfs_ha::model
