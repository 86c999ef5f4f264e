// From the world to Observations, and from Decisions to what the agent will do.
#include "agent.h"
#include "lun.h"
#include "mirror.h"

namespace pnfs_ha::model {
namespace {

bool somebody_challenges(const World& world, int self) {
  for (int other = 0; other < world.count; ++other)
    if (other != self && at(world, other).key == Key::challenge) return true;
  return false;
}

// All that observe() reads, as a number.
std::size_t what_is_seen(const World& world, int server) {
  const Server& s = at(world, server);
  std::size_t sum = 0;
  const auto add = [&](auto value, std::size_t values) {
    sum = sum * values + static_cast<std::size_t>(value);
  };
  bool all = true, ready = false, source = false;
  for (int peer = 0; peer < world.count; ++peer) {
    if (peer == server) continue;
    const bool here = connected(world, server, peer);
    all &= here;
    ready |= here && at(world, peer).disk == Disk::up_to_date;
    source |= here && world.sync[static_cast<std::size_t>(pair_of(server, peer))] == peer + 1;
  }
  add(s.role, 4);
  add(s.san, 2);
  add(world.holder == 0 ? 0 : world.holder == server + 1 ? 1 : 2, 3);
  add(s.key == Key::none                            ? 0
      : says_serving(s.key)                         ? 3
      : s.key == Key::challenge && s.challenge_aged ? 2
                                                    : 1,
      4);
  const Key elsewhere = serving_elsewhere(world, server);
  add(elsewhere == Key::none ? 0 : elsewhere == Key::serving ? 1 : 2, 3);
  add(s.access, 3);
  add(s.disk, 4);
  add(s.primary, 2);
  add(s.nfsd, 2);
  add(s.witness, 2);
  add(server == 0, 2);
  add(all, 2);
  add(ready, 2);
  add(source, 2);
  add(is_sync_target(world, server), 2);
  add(s.standalone != 0, 2);
  add(somebody_challenges(world, server), 2);
  return sum;
}
constexpr std::size_t things_seen = 4 * 2 * 3 * 4 * 3 * 3 * 4 * (1 << 10);

}  // namespace

Observation observe(const World& world, int server) {
  const Server& s = at(world, server);
  Observation seen;
  seen.role = s.role;
  seen.retry_due = true;
  seen.first = server == 0;
  seen.vrrp = Vrrp::backup;
  seen.witness_answers = s.witness;
  seen.lun_present = s.san;
  seen.access = s.access;
  if (s.san) {
    ReservationState state;
    state.holder = world.holder == 0            ? Holder::none
                   : world.holder == server + 1 ? Holder::self
                                                : Holder::peer;
    if (s.key != Key::none)
      state.own_key = s.key == Key::nfsd      ? nfsd_key
                      : s.key == Key::serving ? serving_key(server + 1)
                                              : standby_key(server + 1);
    const Key elsewhere = serving_elsewhere(world, server);
    if (elsewhere != Key::none)
      state.serving_elsewhere = {elsewhere == Key::nfsd ? nfsd_key : serving_key(server + 2)};
    seen.reservation = state;
  }
  if (s.key == Key::challenge && s.challenge_aged) seen.challenge_stands_for = limits::challenge;
  seen.mirror = mirror_state(world, server);
  seen.nfs.running = s.nfsd;
  seen.nfs.tracked = s.nfsd;
  return seen;
}

Task task_for(const Decision& decision, const Observation& seen, const World& world, int server) {
  switch (decision.action) {
    case Action::wait:
    case Action::restart_tracker:
      return Task::idle;
    case Action::bring_up:
      return Task::will_bring_up;
    case Action::renew_mirror:
      return Task::will_renew_mirror;
    case Action::seed_mirror:
      return seen.mirror.connection == "Connected" ? Task::will_seed_with_peer : Task::will_seed_alone;
    case Action::challenge:  // it stands already
      return at(world, server).key == Key::challenge ? Task::idle : Task::will_challenge;
    case Action::take_over:
      return Task::will_take_over;
    case Action::serve:
      return somebody_challenges(world, server) ? Task::will_serve : Task::idle;
    case Action::expel:
      return Task::will_expel;
    case Action::release:
      return Task::will_release;
    case Action::renew_standby:
      return Task::will_renew_standby;
    case Action::fence_self:
      return Task::will_fence_self;
  }
  return Task::idle;
}

AgentModel::AgentModel(const Rules& rules) : rules_(rules), remembered_(2 * things_seen) {}

unsigned AgentModel::decisions(const World& world, int server, Keepalived keepalived) {
  const std::size_t seen = what_is_seen(world, server) * 2 + (keepalived == Keepalived::dead);
  constexpr std::uint32_t asked = 1U << 31;
  // A challenge that stands is not raised again; that the own key is one is no part of what is seen.
  const bool challenges = at(world, server).key == Key::challenge;
  if ((remembered_[seen] & asked) == 0) {
    World without = world;
    if (challenges && !at(world, server).challenge_aged)
      without.server[static_cast<std::size_t>(server)].key = Key::own;
    remembered_[seen] = ask(without, server, keepalived) | asked;
  }
  unsigned tasks = remembered_[seen] & ~asked;
  if (challenges) tasks &= ~(1U << static_cast<int>(Task::will_challenge));
  return tasks;
}

// VRRP may say anything to anybody, and each timer that runs may have run out: more than can really happen.
unsigned AgentModel::ask(const World& world, int server, Keepalived keepalived) const {
  using std::chrono::seconds;
  Observation seen = observe(world, server);
  seen.election_runs = keepalived == Keepalived::runs;
  const bool apart = seen.mirror.connection == "WFConnection" || seen.mirror.connection == "StandAlone";
  unsigned tasks = 0;
  for (const Vrrp vrrp : {Vrrp::backup, Vrrp::master})
    for (const seconds contested : {seconds(0), limits::contest})
      for (const seconds silent : {seconds(0), limits::lun_silence})
        for (const seconds gone : {seconds(0), limits::peer_of_holder, limits::peer_of_other})
          for (const seconds elsewhere : {seconds(0), limits::taking}) {
            seen.vrrp = vrrp;
            seen.contested_for = vrrp == Vrrp::master ? contested : seconds(0);
            seen.lun_silent_for = seen.reservation ? seconds(0) : silent;
            seen.peer_gone_for = apart ? gone : seconds(0);
            seen.serving_elsewhere_for = elsewhere;
            seen.unelected_for = vrrp == Vrrp::backup ? limits::unelected : seconds(0);
            tasks |= 1U << static_cast<int>(task_for(rules_.decide(seen), seen, world, server));
          }
  return tasks & ~(1U << static_cast<int>(Task::idle));
}

}  // namespace pnfs_ha::model
