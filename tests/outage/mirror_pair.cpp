#include "mirror_pair.h"

#include "world.h"

namespace pnfs_ha::outage {

Machine* MirrorPair::machine(int node) const {
  return world_.node(node).machine.get();
}

// A reboot takes longer than the peer's timeout: a machine that is there is the one that was connected.
bool MirrorPair::may_connect() const {
  for (int node : {0, 1})
    if (machine(node) == nullptr || !machine(node)->mirror.is_separated() ||
        machine(node)->mirror.connection == "StandAlone")
      return false;
  return world_.mirror_link_works();
}

void MirrorPair::step() {
  if (!connected_) {
    const bool may = may_connect();
    if (may && !waiting_) since_ = world_.now;
    waiting_ = may;
    if (may && world_.now - since_ >= connects_after) connect();
    return;
  }
  const bool whole = world_.mirror_link_works() && machine(0) != nullptr && machine(1) != nullptr;
  if (!whole && !broken_since_) broken_since_ = world_.now;
  if (whole && broken_since_) {
    broken_since_.reset();
    changed();  // what could not be told meanwhile
  }
  if (broken_since_ && world_.now - *broken_since_ >= notices_within) return disconnect();
  if (target_ && whole && world_.now - since_ >= resync_takes) finish_sync();
}

void MirrorPair::connect() {
  waiting_ = false;
  const MirrorState &a = machine(0)->mirror, &b = machine(1)->mirror;
  const bool a_full = a.disk == "UpToDate", b_full = b.disk == "UpToDate";
  const bool a_part = !a_full && !machine(0)->mirror_holds.empty();
  const bool b_part = !b_full && !machine(1)->mirror_holds.empty();
  // "I shall become SyncSource, but I am inconsistent!"
  if (!a_full && !b_full && (a_part || b_part)) return;
  if (a_full && b_full) {
    if (side(0).lineage != side(1).lineage) return stand_alone();  // "Unrelated data, aborting!"
    const bool split = side(0).changed_alone && side(1).changed_alone;
    // after-sb-1pri discard-secondary; 0pri and 2pri: disconnect
    if (split && a.role == b.role) return stand_alone();
  }
  world_.log.add(world_.now, "mirror", "connected");
  connected_ = true;
  broken_since_.reset();
  since_ = world_.now;
  if (a_full != b_full)
    start_sync(a_full ? 1 : 0);
  else if (a_full && side(0).changed_alone && side(1).changed_alone)
    start_sync(a.role == "Primary" ? 1 : 0);
  else if (a_full && side(0).changed_alone)
    start_sync(1);
  else if (a_full && side(1).changed_alone)
    start_sync(0);
  changed();
}

void MirrorPair::stand_alone() {
  world_.log.add(world_.now, "mirror", "split, or unrelated data: StandAlone");
  for (int node : {0, 1}) machine(node)->mirror.connection = "StandAlone";
}

void MirrorPair::disconnect() {
  world_.log.add(world_.now, "mirror", "disconnected");
  connected_ = false;
  target_.reset();
  broken_since_.reset();
  waiting_ = false;
  for (int node : {0, 1}) {
    Machine* m = machine(node);
    if (m == nullptr || m->mirror.connection.empty()) continue;
    if (m->mirror.role == "Primary") side(node).changed_alone = true;
    m->mirror.connection = "WFConnection";
    m->mirror.peer_role = "Unknown";
    m->mirror.peer_disk = "DUnknown";
  }
}

void MirrorPair::start_sync(int target) {
  world_.log.add(world_.now, "mirror", world_.node(target).name + " is filled");
  target_ = target;
  since_ = world_.now;
  side(target).content.clear();
  Machine* m = machine(target);
  m->mirror.disk = "Inconsistent";
  m->mirror_holds = machine(1 - target)->mirror_holds;  // its first blocks come first
}

void MirrorPair::finish_sync() {
  const int target = *target_;
  target_.reset();
  side(target) = side(1 - target);
  side(0).changed_alone = side(1).changed_alone = false;
  machine(target)->mirror.disk = "UpToDate";
  machine(target)->mirror_holds = machine(1 - target)->mirror_holds;
  world_.log.add(world_.now, "mirror", world_.node(target).name + " is UpToDate");
  changed();
}

void MirrorPair::lost(int node) {
  side(node) = {};
  target_.reset();
}

void MirrorPair::went_down(int node) {
  side(node) = {};  // who brings it up again makes new metadata first
  if (connected_) disconnect();
}

void MirrorPair::promoted(int node, bool was_blank) {
  if (was_blank) side(node).lineage = ++lineages_;
  if (!connected_) side(node).changed_alone = true;
  changed();
}

void MirrorPair::seeded(int node) {
  side(node).lineage = ++lineages_;
  if (connected_ && machine(1 - node) != nullptr) {
    side(1 - node) = side(node);
    machine(1 - node)->mirror.disk = "UpToDate";
  }
  changed();
}

void MirrorPair::changed() {
  if (!connected_) return;
  for (int node : {0, 1}) {
    Machine *m = machine(node), *peer = machine(1 - node);
    if (m == nullptr || peer == nullptr || broken_since_) continue;
    m->mirror.connection = !target_ ? "Connected" : *target_ == node ? "SyncTarget" : "SyncSource";
    m->mirror.peer_role = peer->mirror.role;
    m->mirror.peer_disk = peer->mirror.disk;
    if (!target_ && peer->mirror.role == "Primary") m->mirror_holds = peer->mirror_holds;
  }
}

void MirrorPair::write(int node, const std::string& path, const std::optional<std::string>& text) {
  const auto put = [&](Content& content) {
    if (text)
      content[path] = *text;
    else
      content.erase(path);
  };
  put(side(node).content);
  if (connected_ && !target_ && !broken_since_) put(side(1 - node).content);
  changed();
}

}  // namespace pnfs_ha::outage
