// The LUN's persistent reservation: it alone decides which server may write. VRRP only proposes.
//
// Keys. A key tells whose registration it is, whatever initiator port it was made through: a server has several
// with several paths to the LUN, and others with each session. Every server has two of its own: as standby, and as the one that serves. A takeover changes the first
// into the second by REGISTER, which compares, so that a server that was preempted stays out; and a PREEMPT
// of a server's key is a compare-and-swap: it conflicts if that server's part changed meanwhile. nfsd fences
// clients under the serving key and registers nothing itself. Stock nfsd (fs/nfsd/blocklayout.c,
// NFSD_MDS_PR_KEY) does: a constant, the same on every server, at each GETDEVICEINFO, whoever was preempted
// before; it fences under that key only. A blank server that cannot reach the holder registers a challenge
// key in place of its own: a live active removes it. Every pNFS client registers a key that nfsd gave it:
// seconds of nfsd's start in the upper half, a client number in the lower. A takeover preempts servers' keys
// and leaves the clients' alone, so that their direct I/O goes on.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/names.h"
#include "host/host.h"
#include "server/lun_paths.h"
#include "server/persistent_reservation.h"

namespace pnfs_ha {

constexpr pr::Key nfsd_key = 0x0100000000000000;            // stock nfsd's
constexpr pr::Key standby_key_base = 0x7048410000000000;    // "pHA", then the server's id in the low 16 bits
constexpr pr::Key serving_key_base = 0x7048530000000000;    // "pHS", then the id
constexpr pr::Key challenge_key_base = 0x7048430000000000;  // "pHC", then the id

constexpr pr::Key standby_key(int node_id) {
  return standby_key_base | static_cast<pr::Key>(node_id);
}
constexpr pr::Key serving_key(int node_id) {
  return serving_key_base | static_cast<pr::Key>(node_id);
}
constexpr pr::Key challenge_key(int node_id) {
  return challenge_key_base | static_cast<pr::Key>(node_id);
}
constexpr bool is_challenge_key(pr::Key key) {
  return (key >> 16) == (challenge_key_base >> 16);
}
constexpr int id_of(pr::Key server_key) {
  return static_cast<int>(server_key & 0xffff);
}
// Whoever is registered with such a key serves, is about to, or let himself in.
constexpr bool says_serving(pr::Key key) {
  return key == nfsd_key || (key >> 16) == (serving_key_base >> 16);
}
constexpr bool is_server_key(pr::Key key) {
  return (key >> 16) == (standby_key_base >> 16) || says_serving(key) || is_challenge_key(key);
}

// The LUN answers that it cannot answer yet: an array whose controllers change over says so for up to a minute.
class NotReady : public Error {
 public:
  using Error::Error;
};

enum class Holder { none, self, peer, other };

inline constexpr auto holder_names = names<Holder>(
    {{Holder::none, "none"}, {Holder::self, "self"}, {Holder::peer, "peer"}, {Holder::other, "other"}});

inline const char* to_string(Holder holder) {
  return holder_names.of(holder);
}

struct ReservationState {
  std::vector<pr::Registration> registrations;
  Holder holder = Holder::none;
  std::optional<pr::Type> type;
  std::optional<pr::Key> own_key;       // what this server is registered with
  Host::Duration asked_at{0};           // Host::uptime(): the LUN told it afterwards
  Host::Duration took{0};               // until its slowest answer came
  std::set<pr::Key> serving_elsewhere;  // keys of other servers that say so, see says_serving()

  const pr::Registration* held_by() const;  // nullptr: nobody holds it
  bool is_challenged() const;               // by another server
};

class Reservation {
 public:
  // device: the LUN by a stable name. node_id: 1..65535, unique in the cluster.
  Reservation(Host& host, Path device, int node_id);
  Reservation(Host& host, std::shared_ptr<LunPaths> paths, int node_id);

  // Registers this server's standby key through every path, whatever its I_T nexuses were registered with before. Without a key,
  // nothing of a LUN under reservation can be read (SPC-4 table 51). Only for a server that has nothing
  // mounted read-write: one that was preempted could write again.
  void register_own_key();

  // Throws if one of the cluster's other servers, by their ids, is registered under this one's initiator name: to
  // the LUN both are one, and neither can be fenced without the other. A server that is no longer of the cluster may
  // have left its key under a name that another one has now.
  void require_no_namesake(const std::set<int>& others) const;

  // Does with a LUN that is about to be formatted what a cluster will, and undoes it: registers, finds itself
  // in READ FULL STATUS, reserves, preempts. Throws for what the target does not know.
  void exercise();

  void unregister();

  // Becomes the holder under the serving key: reserves a free LUN, or preempts and aborts the server that
  // holds it; preempts every other server's key. Verified by reading back. Throws if this server is not
  // registered any more, if a client or a stranger holds the LUN, or if another server won.
  void take();

  // The serving key becomes the standby key again, still holding: a released LUN would be open to fenced
  // clients. Not while the LUN is mounted read-write. A server that was preempted stays out.
  void return_to_standby_key();

  // Throws unless this server holds the LUN now, and no other one is registered as if it served.
  void require_held() const;

  // How many commands that change something this object has sent, whatever came of them.
  int changes() const { return changes_; }

  pr::Key serving_key() const { return serving_key_; }

  // The administrator's: becomes the holder in place of one that is no server.
  void take_from_stranger();

  // For stock nfsd: its key in place of this server's serving key, and back. Without it stock nfsd cannot
  // fence a client that it has not handed a layout since its start: nfsd4_scsi_fence_client() preempts under
  // its key and ignores the failure.
  void hand_to_nfsd();
  void take_back_from_nfsd();

  // Asks the holder whether it is alive. Only for a server that has nothing mounted read-write.
  void challenge();

  // Removes all registrations with this key but this server's, and aborts what they have queued. They may be
  // gone already.
  void fence(pr::Key victim);

  // Of how many registrations the initiators' names are read. Keys alone decide, and a LUN tells ten times as
  // many keys as names (SPC-4 6.15.2, 6.15.5): some 80 names beside the keys cost nothing, some 700 a long reply.
  enum class Names { some, many };

  // As read(), but what the LUN said a moment ago will do, see ReservationState::asked_at: a slow LUN is no silent one.
  // Throws Unanswered if no answer has come within this time.
  ReservationState look(std::chrono::milliseconds time) const;

  // Throws if the LUN does not answer in time, whatever the transport is doing; NotReady if that is what it says
  // until then; or if it has more registrations than it can tell, 8190.
  ReservationState read(std::chrono::milliseconds timeout = std::chrono::seconds(10),
                        Names names = Names::some) const;
  pr::Capabilities capabilities() const;

  // By which path the LUN is used from now on, unless it is mounted.
  void choose_path();

  // Whether the LUN itself is there, although it does not answer by the path in use. The timeout is for each.
  bool answers_by_another_path(std::chrono::milliseconds timeout) const;

 private:
  const Path& device() const { return paths_->device(); }
  // GOOD or a conflict, through the path in use or another one.
  ScsiReply attempt(const ScsiCommand& command, const std::string& what) const;
  ScsiReply attempt(const Path& path, const ScsiCommand& command, const std::string& what) const;
  ScsiReply execute(const ScsiCommand& command, const std::string& what) const;  // GOOD
  struct Told {
    std::vector<pr::Registration> registrations;
    Host::Duration asked_at = Host::Duration::max();
    Host::Duration took{0};
  };
  // how: its timeout, and whether an earlier answer will do.
  Told registrations(const ScsiCommand& how, Names names) const;
  ReservationState state(Told told) const;
  bool is_own(const pr::Registration& registration) const;
  bool answers_by(const Path& path, std::chrono::milliseconds timeout, bool may_be_earlier) const;
  void register_by_every_path(pr::Key key, const std::string& what);
  bool reserve();  // no: somebody else holds it
  void remove_other_servers();
  void fence_namesake();  // of stock nfsd's key
  void out(pr::Action action, pr::Key own, pr::Key argument, const std::string& what);

  Host& host_;
  std::shared_ptr<LunPaths> paths_;
  int node_id_;
  pr::Key key_, serving_key_;
  mutable int changes_ = 0;
  mutable bool many_ = false;  // registrations: their names do not fit into a short reply
};

// Names of this server's initiator ports towards the LUN, on every path, as pr::Registration::initiator spells them.
std::set<std::string> own_initiators(const Host& host, const Path& device);

}  // namespace pnfs_ha
