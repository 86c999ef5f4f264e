// What each act of the plan does to the world, and what may not be so when it does.
#include <algorithm>

#include "call.h"
#include "lun.h"

namespace pnfs_ha::model {
namespace {

bool is_last_copy(const World& world, int server) {
  const MirrorState mirror = mirror_state(world, server);
  return mirror.disk == "UpToDate" && mirror.peer_disk != "UpToDate";
}

}  // namespace

bool AgentModel::Call::seed(SeedAs how, const Rules& rules) {
  // Whoever is powered and has newer records than the LUN would lose them to this copy. Where a client is
  // told of a change before it is on the LUN, that cannot be excluded: timers may run out at any time here.
  const bool strict = rules.strict_seeding || rules.saving == Saving::with_the_change;
  const bool was_blank = self.disk == Disk::blank;
  if (!model::seed(world, server, how)) return false;
  for (const Server& other : world.server)
    if (strict && was_blank && &other != &self && other.powered && other.disk == Disk::up_to_date &&
        other.copy.records > world.lun.records)
      acted.violation = "I6: a blank copy was made the truth while another server holds newer client records";
  return true;
}

// What no copy has, or, if a client is told before a change is on the LUN, none within reach, is lost; a copy
// that still has it is worth nothing from now on.
void AgentModel::Call::abandon_other_histories() {
  world.acknowledged = std::min(world.acknowledged, self.copy.records);
  for (Server& other : world.server)
    if (other.copy.records > self.copy.records) other.copy.records = 0;
}

AgentModel::Result AgentModel::perform(Call& call, Effect effect) const {
  World& world = call.world;
  Server& s = call.self;
  const int server = call.server;
  const auto done_if = [](bool good) { return good ? Result::done : Result::failed; };
  switch (effect) {
    case Effect::nothing:
      return Result::done;
    case Effect::promote:
      return done_if(promote(world, server));
    case Effect::demote:
      if (s.state_mounted) return Result::failed;
      demote(world, server);
      return Result::done;
    case Effect::take:
      return take(call);
    case Effect::mount_read_only:
      return mount(call, Access::read_only);
    case Effect::mount_read_write:
      return mount(call, Access::read_write);
    case Effect::umount:
      return mount(call, Access::none);
    case Effect::mount_state:
    case Effect::umount_state:
      s.state_mounted = effect == Effect::mount_state && s.primary;
      return done_if(s.primary || effect == Effect::umount_state);
    case Effect::choose_records:
      return choose_records(call);
    case Effect::export_lun:
      if (s.access != Access::read_write)
        call.acted.violation = "an export points at a directory where the LUN is not mounted read-write";
      return Result::done;
    case Effect::hand_to_nfsd:
      return done_if(s.san && (s.key == Key::nfsd || register_key(world, server, Key::serving, Key::nfsd)));
    case Effect::take_back_from_nfsd:
      return done_if(s.san && (s.key != Key::nfsd || register_key(world, server, Key::nfsd, Key::serving)));
    case Effect::tell_nfsd:
    case Effect::untell_nfsd:
      s.nfsd_has_key = effect == Effect::tell_nfsd;
      return Result::done;
    case Effect::return_to_standby_key:
      if (!s.san || (s.access == Access::read_write && rules_.release_looks_at_the_mount))
        return Result::failed;
      return done_if(!says_serving(s.key) || register_key(world, server, s.key, Key::own));
    case Effect::start_nfsd:
      return start_nfsd(call);
    case Effect::stop_nfsd:
      s.nfsd = s.gate = s.half_saved = false;
      s.snapshot = 0;
      return Result::done;
    case Effect::await_proofs:
      return await_proofs(call);
    case Effect::open_gate:
      return open_gate(call);
    case Effect::register_own_key:
      return done_if(register_and_ignore(world, server, Key::own));
    case Effect::unregister:
      if (s.san && s.key != Key::none && world.holder != server + 1) unregister(world, server);
      return done_if(s.san);
    case Effect::prepare_nfsd:
      return done_if(!s.nfsd);
    case Effect::create_mirror:
      if (s.disk == Disk::down) begin_blank(world, server);
      return Result::done;
    case Effect::discard_mirror:
      lose_ramdisk(world, server);
      return Result::done;
    case Effect::register_as_serving:
      return done_if(register_and_ignore(world, server, Key::serving));
    case Effect::destroy_ramdisk:
    case Effect::take_mirror_down:
      if (!is_last_copy(world, server) && s.disk != Disk::down) lose_ramdisk(world, server);
      return Result::done;
  }
  return Result::failed;
}

// Reservation::take(), a command at a time: others may send theirs in between.
AgentModel::Result AgentModel::take(Call& call) const {
  enum : Byte { registers, reserves, preempts_holder, looks, preempts_another };
  World& world = call.world;
  Server& s = call.self;
  const int server = call.server;
  const auto go_on = [&](Byte part) {
    s.part = part;
    return Result::goes_on;
  };
  if (!s.san) return Result::failed;
  switch (s.part) {
    case registers:  // having read who holds it: what happens in between shows in what follows
      if (s.key == Key::none) return Result::failed;
      s.seen_key = holder_key(world);
      if (s.key != Key::serving) register_key(world, server, s.key, Key::serving);
      return go_on(reserves);
    case reserves:
      if (reserve(world, server))
        s.seen_key = 0;
      else if (s.seen_key == 0)
        return Result::failed;  // "the LUN was reserved at the same moment"
      return go_on(s.seen_key == 0 ? looks : preempts_holder);
    case preempts_holder:
      if (!preempt_and_abort(world, server, s.seen_key - 1)) return Result::failed;
      if (!rules_.take_spares_clients && world.client) {
        world.client = false;
        call.acted.violation = "I2: a takeover removed a client's registration";
      }
      s.seen_key = 0;
      return go_on(looks);
    case looks: {
      const Byte another = another_server(world, server, s.removed);
      if (world.holder != server + 1 && rules_.take_reads_back) return Result::failed;
      s.read_back = another == 0 && rules_.take_reads_back;
      if (another == 0) return Result::done;
      s.seen_key = static_cast<Byte>(key_number_of(world, another - 1) + 1);
      return go_on(preempts_another);
    }
    default:  // a conflict tells nothing that the next look does not
      for (int other = 0; other < world.count; ++other) {
        const Server& one = world.server[static_cast<std::size_t>(other)];
        if (one.key == Key::none || key_number_of(world, other) != s.seen_key - 1) continue;
        if (preempt_and_abort(world, server, s.seen_key - 1)) put(s.removed, other, true);
      }
      s.seen_key = 0;
      return go_on(looks);
  }
}

// Reservation::fence() of every other server that is registered as if it served.
AgentModel::Result AgentModel::expel(Call& call) const {
  World& world = call.world;
  Server& s = call.self;
  for (int other = 0; other < world.count; ++other) {
    const Key key = world.server[static_cast<std::size_t>(other)].key;
    if (other == call.server || !says_serving(key)) continue;
    const bool namesake = key == s.key && key == Key::nfsd;  // two of stock nfsd
    if (namesake) register_key(world, call.server, Key::nfsd, Key::serving);
    const bool gone = preempt_and_abort(world, call.server, key_number(other, key));
    if (namesake) register_key(world, call.server, Key::serving, Key::nfsd);
    if (!gone) return Result::failed;
  }
  return s.san ? Result::done : Result::failed;
}

// Unmounting a LUN that was mounted read-write writes XFS's log: without the right to, the server panics.
AgentModel::Result AgentModel::mount(Call& call, Access access) const {
  Server& s = call.self;
  if (s.access == access) return Result::done;
  if (s.access == Access::read_write && (!s.san || !could_write(call.world, call.server)))
    return Result::dead;
  s.access = Access::none;
  if (access == Access::none) return Result::done;
  if (!may_read(call.world, call.server)) return Result::failed;
  s.access = access;
  if (access == Access::read_write && !s.read_back)
    call.acted.violation = "I1: the LUN was mounted read-write by a server that never saw itself hold it";
  return Result::done;
}

AgentModel::Result AgentModel::choose_records(Call& call) const {
  World& world = call.world;
  Server& s = call.self;
  if (!s.state_mounted) return Result::failed;
  Byte best = std::max(s.copy.records, world.lun.records);
  for (int peer = 0; peer < world.count; ++peer) {
    const Server& other = world.server[static_cast<std::size_t>(peer)];
    if (peer != call.server && connected(world, call.server, peer) && other.disk == Disk::up_to_date)
      best = std::max(best, other.copy.records);
  }
  // The mirror's on a tie.
  if (rules_.takeover_reads_lun_copy && s.access == Access::read_write && world.lun.serial > s.copy.serial)
    write_copy(world, call.server, world.lun);
  if (s.copy.records < best && s.key != Key::none)
    call.acted.violation =
        "I6: the takeover chose client records that are older than others within its reach";
  // The LUN and this mirror get a number above that of every copy which is not connected: those count as 0.
  if (rules_.takeover_begins_an_epoch && could_write(world, call.server)) {
    call.abandon_other_histories();
    world.lun = s.copy;
    for (int other = 0; other < world.count; ++other)
      if (other != call.server && !connected(world, call.server, other))
        world.server[static_cast<std::size_t>(other)].copy.serial = 0;
  }
  return Result::done;
}

AgentModel::Result AgentModel::start_nfsd(Call& call) const {
  World& world = call.world;
  Server& s = call.self;
  Byte best = world.lun.records;
  for (const Server& other : world.server)
    if (other.powered && other.disk == Disk::up_to_date) best = std::max(best, other.copy.records);
  if (!s.state_mounted || s.access != Access::read_write)
    call.acted.violation = "nfsd starts before its file systems are mounted";
  else if (rules_.strict_start && s.key == Key::none && world.holder != 0)
    call.acted.violation = "I5: nfsd starts on a server that was preempted during its takeover";
  else if (s.key != Key::none && (s.key != rules_.nfsd_key || s.nfsd_has_key != (s.key == Key::serving)))
    call.acted.violation = "nfsd starts under a key that it cannot fence clients with";
  // One that was preempted since it handed its key to nfsd ends with its next look at the reservation.
  else if (s.copy.records < best && s.key != Key::none && rules_.saving == Saving::with_the_change)
    call.acted.violation = "I6: a server serves with client records older than the newest that survive";
  if (s.key != Key::none) call.abandon_other_histories();
  s.nfsd = true;
  return Result::done;
}

}  // namespace pnfs_ha::model
