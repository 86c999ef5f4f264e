// Moves and worlds in English, for a trace.
#include "lun.h"
#include "mirror.h"
#include "moves.h"

namespace pnfs_ha::model {
namespace {

std::string name(int server) {
  return std::string(1, static_cast<char>('A' + server));
}

const char* name(Task task) {
  switch (task) {
    case Task::idle:
      return "";
    case Task::will_bring_up:
      return "bring up";
    case Task::will_renew_mirror:
      return "renew the mirror";
    case Task::will_seed_with_peer:
      return "seed the mirror with its blank peers";
    case Task::will_seed_alone:
      return "seed the mirror alone";
    case Task::will_challenge:
      return "challenge the holder";
    case Task::will_take_over:
      return "take over";
    case Task::will_serve:
      return "answer a challenge";
    case Task::will_expel:
      return "expel a server that is registered as if it served";
    case Task::will_release:
      return "release";
    case Task::will_renew_standby:
      return "renew the standby";
    case Task::will_fence_self:
      return "fence itself";
    case Task::taking_over:
      return "takeover";
    case Task::undoing_takeover:
      return "undoing the takeover";
    case Task::releasing:
      return "release";
    case Task::releasing_first:
      return "release before bring_up";
    case Task::bringing_up:
      return "bring_up";
    case Task::undoing_bring_up:
      return "undoing bring_up";
    case Task::renewing_standby:
      return "renewing the standby";
    case Task::undoing_renew_standby:
      return "undoing the renewal of the standby";
    case Task::renewing_mirror:
      return "renewing the mirror";
    case Task::undoing_renew_mirror:
      return "undoing the renewal of the mirror";
    case Task::count_of_tasks:
      break;
  }
  return "?";
}

std::string act(const Move& move) {
  std::string text = name(move.task);
  if (move.act != nullptr) text += ": " + *move.act;
  return text;
}

const char* key(Key key) {
  switch (key) {
    case Key::none:
      return "unregistered";
    case Key::own:
      return "standby key";
    case Key::serving:
      return "serving key";
    case Key::challenge:
      return "challenge key";
    case Key::nfsd:
      return "nfsd's key";
  }
  return "?";
}

std::string text(Copy copy) {
  return "records " + std::to_string(copy.records) + " serial " + std::to_string(copy.serial);
}

}  // namespace

std::string describe(const Move& move) {
  const std::string who = name(move.server), both = who + " and " + name(move.peer);
  switch (move.what) {
    case Happening::power_off:
      return who + " loses its power";
    case Happening::boot:
      return who + " boots";
    case Happening::san_cut:
      return who + " loses its path to the SAN";
    case Happening::san_back:
      return who + " reaches the SAN again";
    case Happening::witness_cut:
      return who + " reaches no witness any more";
    case Happening::witness_back:
      return who + " reaches a witness again";
    case Happening::cable_cut:
      return "the mirror's link between " + both + " fails";
    case Happening::cable_back:
      return "the mirror's link between " + both + " works again";
    case Happening::agent_hangs:
      return "the agent of " + who + " hangs";
    case Happening::agent_goes_on:
      return "the agent of " + who + " goes on";
    case Happening::agent_restarts:
      return "the agent of " + who + " dies and starts again";
    case Happening::target_forgets:
      return "the target forgets all registrations and the reservation";
    case Happening::decides:
      return who + " decides to " + name(move.task);
    case Happening::decides_without_keepalived:
      return "keepalived of " + who + " dies; it decides to " + name(move.task);
    case Happening::acts:
      return who + ", " + act(move);
    case Happening::act_fails:
      return who + ", " + act(move) + ": FAILS";
    case Happening::act_fails_after_its_effect:
      return who + ", " + act(move) + ": done, but reported as failed";
    case Happening::mirrors_connect:
      return "the mirrors of " + both + " connect";
    case Happening::mirror_reconnects:
      return who + ", active, lets its mirror connect again";
    case Happening::sync_ends:
      return "the resynchronisation between " + both + " ends";
    case Happening::challenge_ages:
      return "nobody has answered the challenge of " + who + " for its whole time";
    case Happening::client_registers:
      return "a client of " + who + " registers with the LUN";
    case Happening::client_fenced:
      return who + " fences a client";
    case Happening::records_change:
      return "the client records change on " + who + ", and the client is told";
    case Happening::records_half_saved:
      return who + " makes the first half of saving the client records";
    case Happening::records_saved:
      return who + " makes the second half of saving the client records";
    case Happening::nfsd_registers:
      return "nfsd of " + who + " registers its key by itself";
    case Happening::nfsd_reserves:
      return "nfsd of " + who + " reserves the LUN";
    case Happening::count_of_happenings:
      break;
  }
  return "?";
}

std::string describe(const World& world) {
  std::string all;
  for (int i = 0; i < world.count; ++i) {
    const Server& s = world.server[static_cast<std::size_t>(i)];
    all += name(i) + "[";
    if (!s.powered) {
      all += std::string("off, ") + key(s.key) + "] ";
      continue;
    }
    const MirrorState mirror = mirror_state(world, i);
    all += std::string(to_string(s.role)) + ", " + key(s.key) + ", LUN " + to_string(s.access);
    if (mirror.disk.empty())
      all += ", no mirror";
    else
      all += ", " + mirror.connection + " " + mirror.role + " " + (mirror.blank ? "blank" : mirror.disk) +
             " " + text(s.copy);
    all += std::string(s.nfsd ? ", nfsd" : "") + (s.gate ? ", gate open" : "") + (s.hung ? ", hung" : "") +
           (s.san ? "" : ", no SAN") + (s.witness ? "" : ", no witness") + "] ";
  }
  all += "LUN[" + (world.holder == 0 ? "unreserved" : "held by " + name(world.holder - 1)) + ", " +
         text(world.lun) + "] newest " + std::to_string(world.acknowledged);
  return all;
}

}  // namespace pnfs_ha::model
