// The synchronous mirror (DRBD 8.4, in the kernel) of the servers' ramdisks, and the file system on it that
// holds the NFS server's state. Single primary: only the active mounts it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "host/host.h"

namespace pnfs_ha {

// DRBD's words, as /proc/drbd prints them.
struct MirrorState {
  std::string connection;  // "Connected", "WFConnection", "SyncTarget", …; empty if the mirror is down
  std::string role;        // "Primary", "Secondary"
  std::string peer_role;   // "Unknown" while not connected
  std::string disk;        // "UpToDate", "Inconsistent", "Diskless", …
  std::string peer_disk;   // "DUnknown" while not connected
  bool blank = false;      // this copy was never written and never synchronised

  bool is_separated() const { return connection == "WFConnection" || connection == "StandAlone"; }
  bool is_between() const;  // on its way to a connection, or from one (drbd_conn_str(), up to WFReportParams)
  bool is_cut() const { return is_separated() || is_between(); }
  bool peer_is_ready() const { return connection == "Connected" && peer_disk == "UpToDate"; }

  bool operator==(const MirrorState&) const = default;
};

// The line of one minor in /proc/drbd (DRBD 8.4's format).
MirrorState parse_proc_drbd(const std::string& text, int minor);

// Of the kernel's module; throws Error if it is none that this product works with.
std::string drbd_version(Commands& host);

class StateMirror {
 public:
  // Where the NFS server keeps its state; Debian's nfs-utils are built with it.
  static constexpr const char* mount_point = "/var/lib/nfs";
  static constexpr const char* resource = "pnfs-ha";  // in /etc/drbd.d
  static constexpr const char* device = "/dev/drbd0";

  explicit StateMirror(Host& host);

  // Metadata on the ramdisk, as volatile as the data: made at every boot, unless the mirror is up already. A
  // server without old metadata is always the target of the next resynchronisation (drbd_uuid_compare(),
  // rules 20 and 30).
  void create_metadata();
  void bring_up();
  void take_down();
  void adjust();     // to a changed configuration file
  void reconnect();  // after a split that the other side has given up

  // As MirrorState::blank: looks for a file system on the ramdisk below the mirror. DRBD's generation
  // identifiers do not tell: half a first synchronisation keeps UUID_JUST_CREATED.
  bool is_blank() const;

  // Only where no other server can hold the state: the content of this blank ramdisk becomes the truth.
  // Peer::blank needs a connected peer that is as blank; Peer::absent a cluster of one.
  enum class Peer { absent, blank };
  void declare_current(Peer peer);

  // Waits up to 15 s for DRBD to notice that a dead peer is dead. Refused while a live peer is Primary, and
  // without data that is up to date.
  void promote();
  void demote();

  // Makes the file system first if this mirror never held one.
  void mount();
  void umount();

  // Somebody else's on the same minor is none: this one is down where its ramdisk has no size.
  MirrorState state() const;
  void require_own_minor() const;  // throws if it is somebody else's

  // No other server has this state: whoever takes this mirror down loses it.
  bool is_last_copy() const;

 private:
  MirrorState minor() const;  // whoever's it is

  Host& host_;
};

}  // namespace pnfs_ha
