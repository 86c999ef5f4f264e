// The LUN's persistent reservation: it alone decides which server may write. VRRP only proposes.
//
// Keys. Every server registers a key of its own. nfsd (fs/nfsd/blocklayout.c, NFSD_MDS_PR_KEY) replaces the
// active's with a constant, the same on every server, at the first GETDEVICEINFO; it fences clients under
// that key only. A blank server that cannot reach the holder registers a challenge key in place of its own: a
// live active removes it. Every pNFS client registers a key that nfsd gave it: seconds of nfsd's start in the
// upper half, a client number in the lower. A takeover preempts servers' keys and leaves the clients' alone,
// so that their direct I/O goes on.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host.h"
#include "persistent_reservation.h"

namespace pnfs_ha {

constexpr pr::Key nfsd_key = 0x0100000000000000;
constexpr pr::Key server_key_base = 0x7048410000000000;  // "pHA", then the server's id in the low 16 bits

constexpr pr::Key server_key(int node_id) {
  return server_key_base | static_cast<pr::Key>(node_id);
}
constexpr pr::Key challenge_key_base = 0x7048430000000000;  // "pHC", then the id

constexpr pr::Key challenge_key(int node_id) {
  return challenge_key_base | static_cast<pr::Key>(node_id);
}
constexpr bool is_challenge_key(pr::Key key) {
  return (key >> 16) == (challenge_key_base >> 16);
}
constexpr bool is_server_key(pr::Key key) {
  return key == nfsd_key || (key >> 16) == (server_key_base >> 16) || is_challenge_key(key);
}

enum class Holder { none, self, peer, other };

const char* to_string(Holder holder);

struct ReservationState {
  std::vector<pr::Registration> registrations;
  Holder holder = Holder::none;
  std::optional<pr::Type> type;
  std::optional<pr::Key> own_key;  // what this server is registered with

  bool is_challenged() const;  // by another server
};

class Reservation {
 public:
  // device: the LUN by a stable name. node_id: 1..65535, unique in the cluster.
  Reservation(Host& host, Path device, int node_id);

  // Registers this server's own key, whatever its I_T nexus was registered with before. Without it, nothing
  // of a LUN under reservation can be read (SPC-4 table 51).
  void register_own_key();
  void unregister();

  // Becomes the holder: reserves a free LUN, or preempts and aborts the server that holds it; preempts every
  // other server's key. Verified by reading back. Throws if a client or a stranger holds it, or if another
  // server won.
  void take();

  // Throws unless this server holds the LUN now.
  void require_held() const;

  // The administrator's: becomes the holder in place of one that is no server.
  void take_from_stranger();

  // Registers nfsd's key in place of this server's own. Without it nfsd cannot fence a client that it has not
  // handed a layout since its start: nfsd4_scsi_fence_client() preempts under its key and ignores the
  // failure.
  void hand_to_nfsd();

  // Back to the server's own key, still holding: a released LUN would be open to fenced clients.
  void take_back_from_nfsd();

  // Asks the holder whether it is alive. Only for a server that has nothing mounted read-write.
  void challenge();

  // Removes one registration and aborts what it has queued. It may be gone already.
  void fence(pr::Key victim);

  // Throws if the LUN does not answer in time, whatever the transport is doing; or if it has so many
  // registrations that it cannot tell them all.
  ReservationState read(std::chrono::milliseconds patience = std::chrono::seconds(10)) const;
  pr::Capabilities capabilities() const;

 private:
  ScsiReply execute(const ScsiCommand& command, const std::string& what) const;
  std::vector<pr::Registration> registrations(std::chrono::milliseconds patience) const;
  bool reserve();  // no: somebody else holds it
  void out(pr::Action action, pr::Key own, pr::Key argument, const std::string& what);

  Host& host_;
  Path device_;
  int node_id_;
  pr::Key key_;
};

// Names of this server's initiator ports towards the device, as pr::Registration::initiator spells them.
std::set<std::string> own_initiators(const Host& host, const Path& device);

}  // namespace pnfs_ha
