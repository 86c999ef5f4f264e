#include "decision.h"

namespace pnfs_ha {
namespace {

// A path that fails over or a target that restarts is back by then; longer, and the other server may be
// better off.
constexpr std::chrono::seconds longest_silence(10);

Decision decide_active(const Observation& seen) {
  // Meanwhile the gate shuts by itself: what cannot be verified is not served.
  if (!seen.reservation && seen.lun_silent_for < longest_silence)
    return {Action::wait, true, "the LUN does not answer"};
  if (!seen.reservation) return {Action::fence_self, false, "the LUN does not answer"};
  if (seen.reservation->holder != Holder::self)
    return {Action::fence_self, false,
            std::string("the LUN's reservation belongs to: ") + to_string(seen.reservation->holder)};
  if (seen.access != Access::read_write)
    return {Action::fence_self, false, "the LUN is not mounted read-write"};
  if (!seen.nfs.running) return {Action::fence_self, false, "the NFS server stopped"};
  if (seen.mirror.role != "Primary")
    return {Action::fence_self, false, "the state mirror is not Primary here"};
  if (seen.standing_down) return {Action::release, false, "an administrator asked for it"};
  if (seen.vrrp == Vrrp::backup || seen.vrrp == Vrrp::fault)
    return {Action::release, true, std::string("VRRP says ") + to_string(seen.vrrp)};
  return {Action::serve, true, {}};
}

// A mirror that was blank on every server at once has no better copy anywhere.
bool all_ramdisks_are_blank(const Observation& seen) {
  if (seen.mirror.disk != "Inconsistent") return false;
  if (seen.alone) return true;
  return seen.mirror.connection == "Connected" && seen.mirror.peer_disk == "Inconsistent";
}

Decision decide_standby(const Observation& seen) {
  if (!seen.reservation) return {Action::wait, false, "the LUN does not answer"};
  if (!seen.reservation->own_key) return {Action::renew_standby, false, "another server took over"};
  if (all_ramdisks_are_blank(seen) && seen.first)
    return {Action::seed_mirror, false, "every ramdisk is blank"};
  if (seen.mirror.disk != "UpToDate")
    return {Action::wait, false,
            "the state mirror is " + (seen.mirror.disk.empty() ? "down" : seen.mirror.disk)};
  if (seen.standing_down) return {Action::wait, false, "standing down"};
  if (seen.vrrp == Vrrp::master) return {Action::take_over, true, {}};
  return {Action::wait, true, {}};
}

}  // namespace

const char* to_string(Role role) {
  switch (role) {
    case Role::joining:
      return "joining";
    case Role::standby:
      return "standby";
    case Role::active:
      return "active";
    case Role::out_of_service:
      return "out-of-service";
  }
  return "?";
}

const char* to_string(Action action) {
  switch (action) {
    case Action::wait:
      return "wait";
    case Action::bring_up:
      return "bring up";
    case Action::seed_mirror:
      return "seed the mirror";
    case Action::take_over:
      return "take over";
    case Action::serve:
      return "serve";
    case Action::release:
      return "release";
    case Action::renew_standby:
      return "renew the standby";
    case Action::fence_self:
      return "fence itself";
  }
  return "?";
}

Decision decide(const Observation& seen) {
  if (seen.role == Role::active) return decide_active(seen);
  if (!seen.lun_present) return {Action::wait, false, "the LUN is not there"};
  switch (seen.role) {
    case Role::joining:
      return {Action::bring_up, false, {}};
    case Role::standby:
      return decide_standby(seen);
    case Role::out_of_service:
      return {seen.retry_due ? Action::bring_up : Action::wait, false, {}};
    case Role::active:
      break;
  }
  return {};
}

}  // namespace pnfs_ha
