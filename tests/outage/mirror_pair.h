// DRBD between the two machines: what each sees of the other, and what becomes of the copies. The rules of
// tests/model/mirror.cpp for two servers, with time. The machines' own MirrorState says what each side is.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace pnfs_ha::outage {

struct World;
class Machine;

class MirrorPair {
 public:
  using Duration = std::chrono::milliseconds;

  // What the file system on a copy holds, by path.
  using Content = std::map<std::string, std::string>;

  explicit MirrorPair(World& world) : world_(world) {}

  // drbd.res.in: ping-int and ping-timeout; connect-int
  static constexpr Duration notices_within{3500};
  static constexpr Duration connects_after{1000};
  static constexpr Duration resync_takes{4000};

  void step();               // time has passed
  void lost(int node);       // its ramdisk, and what ran on it; the peer notices by its timeout
  void went_down(int node);  // drbdadm down: the peer is told
  void promoted(int node, bool was_blank);
  void seeded(int node);  // new-current-uuid --clear-bitmap
  void changed();         // a role or a disk: what each sees of the other follows

  // A write to the file system on it; nullopt: removed.
  void write(int node, const std::string& path, const std::optional<std::string>& text);
  const Content& content(int node) const { return side(node).content; }

 private:
  struct Side {
    Content content;
    int lineage = 0;  // copies of different lineage are unrelated data to DRBD; 0: blank
    bool changed_alone = false;
  };

  Side& side(int node) { return sides_.at(static_cast<std::size_t>(node)); }
  const Side& side(int node) const { return sides_.at(static_cast<std::size_t>(node)); }
  Machine* machine(int node) const;
  bool may_connect() const;
  void connect();
  void disconnect();
  void stand_alone();
  void start_sync(int target);
  void finish_sync();

  World& world_;
  std::array<Side, 2> sides_;
  bool connected_ = false;
  std::optional<int> target_;  // of the resynchronisation
  Duration since_{0};          // of the connection, of the resynchronisation, of both sides waiting
  std::optional<Duration> broken_since_;
  bool waiting_ = false;
  int lineages_ = 0;
};

}  // namespace pnfs_ha::outage
