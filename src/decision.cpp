#include "decision.h"

namespace pnfs_ha {
namespace {

Decision stay_out(std::string reason) {
  return {Action::wait, false, std::move(reason)};
}

Decision fence_self(std::string reason) {
  return {Action::fence_self, false, std::move(reason)};
}

Observation::Duration patient(Observation::Duration limit, const Observation& seen) {
  return limit + limits::commands * seen.lun_latency;
}

bool has_lost_its_disk(const MirrorState& mirror) {
  return mirror.disk == "Diskless" || mirror.disk == "Failed";
}

// The LUN does not answer. What cannot be verified is not served: the gate shuts by itself meanwhile.
Decision decide_blind(const Observation& seen) {
  const bool only_path = seen.answers_by_another_path;
  if (seen.lun_changes_over && !only_path && seen.lun_silent_for < limits::change_over)
    return {Action::wait, true, "the LUN is not ready: the storage system changes over"};
  const std::string why = only_path ? "the LUN does not answer by the path in use, and answers by another one"
                                    : "the LUN does not answer";
  if (seen.lun_silent_for < (only_path ? limits::path_silence : limits::lun_silence))
    return {Action::wait, true, why};
  // A reboot helps only if somebody else can serve; and it loses this server's copy of the NFS state.
  // But after it this server uses another path: XFS cannot change the one that it is mounted on.
  if (seen.peer_declines && !only_path)
    return stay_out("the LUN does not answer, and the other server cannot take over");
  const bool helps = seen.mirror.peer_is_ready() || (only_path && seen.lun_silent_for >= limits::lun_silence);
  return helps ? fence_self(why) : stay_out(why + ", and no other server is ready");
}

// This server holds the LUN, and another one is registered as if it served. Nothing is served on such a look.
// With stock nfsd's key it let itself in and may write at once: it goes. With a serving key it takes over: it
// preempts this server within a few commands, or fails and takes its key back. To remove it at once would be
// as safe, but this server, cut off from its clients perhaps, could keep the one that was elected out for
// ever, where the LUN is slow. Only a key that stays is removed: its server died in the middle.
Decision decide_intruded(const Observation& seen) {
  if (seen.reservation->serving_elsewhere.contains(nfsd_key))
    return {Action::expel, true, "another server's nfsd let itself in"};
  if (seen.serving_elsewhere_for >= patient(limits::taking, seen))
    return {Action::expel, true, "another server began to take over and does not go on"};
  return {Action::wait, true, "another server takes over"};
}

Decision decide_active(const Observation& seen) {
  if (!seen.reservation) return decide_blind(seen);
  if (seen.reservation->holder == Holder::peer || seen.reservation->holder == Holder::other)
    return fence_self(std::string("the LUN's reservation belongs to: ") +
                      to_string(seen.reservation->holder));
  if (seen.access != Access::read_write) return fence_self("the LUN is not mounted read-write");
  if (seen.mirror.role != "Primary") return fence_self("the state mirror is not Primary here");
  if (seen.work_stuck_for >= limits::stuck(seen.lease_seconds))
    return fence_self("the LUN's file system or nfsd does not answer");

  // To register again with the LUN mounted read-write could let two servers write: whoever took the
  // reservation meanwhile shares it with every registrant. A released server may register.
  if (seen.reservation->holder == Holder::none)
    return {Action::release, true, "the LUN has lost its reservation"};
  if (!seen.reservation->serving_elsewhere.empty()) return decide_intruded(seen);
  // Somebody stopped it (`rpc.nfsd 0`): nothing is answered any more, and nothing is lost by leaving in order.
  if (!seen.nfs.running) return {Action::release, true, "the NFS server stopped"};
  if (!seen.nfs.tracked) return {Action::restart_tracker, true, "nfsdcld died"};

  if (seen.standing_down) return {Action::release, false, "an administrator asked for it"};
  if (seen.maintenance) return {Action::release, false, "maintenance"};
  if (!seen.election_runs) return {Action::release, false, "keepalived does not run"};
  if (seen.reservation->is_challenged() && !seen.witness_answers && seen.mirror.peer_is_ready())
    return {Action::release, false, "no witness answers, and another server was elected"};
  if (has_lost_its_disk(seen.mirror)) {
    // Without a copy nobody can record who may reclaim; the LUN's copy is good until now.
    if (!seen.mirror.peer_is_ready()) return fence_self("the ramdisk failed, and there is no other copy");
    return {Action::release, false, "the ramdisk failed"};
  }
  const bool another_was_elected = seen.vrrp == Vrrp::backup && seen.unelected_for >= limits::unelected;
  if (another_was_elected || seen.vrrp == Vrrp::fault)
    return {Action::release, true, std::string("VRRP says ") + to_string(seen.vrrp)};
  return {Action::serve, true, {}};
}

// Whatever this copy holds, it never becomes the truth: it is half a resynchronisation whose source is gone,
// or outdated, or the loser of a split, or its disk failed. (The LUN has the client records.)
bool is_worthless(const Observation& seen) {
  const MirrorState& mirror = seen.mirror;
  if (has_lost_its_disk(mirror)) return true;
  const bool partial = mirror.disk == "Inconsistent" && !mirror.blank;
  if (partial || mirror.disk == "Outdated" || mirror.disk == "Consistent") return mirror.is_separated();
  return mirror.connection == "StandAlone" && !seen.alone && seen.reservation->holder == Holder::peer;
}

// A blank copy becomes the truth only when nobody can have a better one: all servers are blank, or the only
// one that may have served since is provably not serving. The client records then come from the LUN.
Decision decide_blank(const Observation& seen) {
  Decision seed = {Action::seed_mirror, false, "every ramdisk is blank"};
  if (seen.alone) return seed;
  if (seen.mirror.connection == "Connected" && seen.mirror.peer_disk == "Inconsistent")
    return seen.first ? seed : stay_out("every ramdisk is blank; the first server begins");
  if (!seen.mirror.is_separated())
    return stay_out("the ramdisk is blank, the other server's copy is " + seen.mirror.peer_disk);

  const std::string waiting = "the ramdisk is blank and the other server does not answer";
  if (!seen.link_up || !seen.witness_answers) return stay_out(waiting + "; nor does any witness");
  // Whoever served last holds the reservation.
  if (seen.reservation->holder != Holder::peer)
    return seen.peer_gone_for < limits::peer_of_holder ? stay_out(waiting) : seed;
  if (seen.peer_gone_for < limits::peer_of_other) return stay_out(waiting);
  if (seen.challenge_stands_for >= patient(limits::challenge, seen)) return seed;
  return {Action::challenge, false, waiting + "; asking through the LUN whether it is alive"};
}

// VRRP elected this server, and over the mirror another one looks alive and active. Is it this server that is
// cut off from VRRP, or the other one from its clients? The other one knows: it removes the challenge, or yields.
Decision decide_contest(const Observation& seen) {
  const std::string why =
      "VRRP elected this server although another one is alive and active: do VRRP's advertisements (IP "
      "protocol 112) get through?";
  // Who was answered asks on, out of the election: the active may lose its clients later.
  const bool open = seen.contested_for < limits::contest + patient(limits::challenge, seen);
  return {Action::challenge, open, why};
}

// Whatever the LUN says. Empty: nothing keeps this server out of the election.
std::string reason_to_stay_out(const Observation& seen) {
  if (seen.mirror.disk != "UpToDate")
    return "the state mirror is " + (seen.mirror.disk.empty() ? "down" : seen.mirror.disk);
  if (seen.died_young) return "the last servers that began to serve died within a minute";
  if (seen.standing_down) return "standing down";
  if (seen.maintenance) return "maintenance";
  if (!seen.link_up) return "the VIP's interface has no link";
  if (!seen.witness_answers) return "no witness answers";
  return {};
}

// keepalived begins anew to wait for the active's advertisements when a server stands again: one late answer every few
// seconds would keep it out for ever.
Decision decide_blind_standby(const Observation& seen) {
  if (seen.answers_by_another_path)
    return {Action::renew_standby, false, "the path to the LUN does not answer, and another one does"};
  const bool stands = seen.lun_silent_for < limits::moment && seen.contested_for < limits::contest &&
                      reason_to_stay_out(seen).empty();
  return {Action::wait, stands, "the LUN does not answer"};
}

Decision decide_standby(const Observation& seen) {
  if (!seen.reservation) return decide_blind_standby(seen);
  if (!seen.reservation->own_key) return {Action::renew_standby, false, "another server took over"};
  if (says_serving(*seen.reservation->own_key))
    return {Action::renew_standby, false, "this server is registered as if it served"};
  if (!seen.election_runs) return {Action::bring_up, false, "keepalived does not run"};
  if (is_worthless(seen)) return {Action::renew_mirror, false, "the copy of the NFS state is worthless"};
  if (seen.mirror.disk == "Inconsistent" && seen.mirror.blank) return decide_blank(seen);
  if (std::string why = reason_to_stay_out(seen); !why.empty()) return stay_out(std::move(why));
  if (seen.contested_for >= limits::contest) return decide_contest(seen);
  if (seen.vrrp == Vrrp::master && seen.contested_for == Observation::Duration(0))
    return {Action::take_over, true, {}};
  return {Action::wait, true, {}};
}

}  // namespace

Decision decide(const Observation& seen) {
  if (seen.role == Role::active) return decide_active(seen);
  // Primary after a takeover that failed: DRBD refuses everybody else, and the LUN is needed to let go.
  if (!seen.lun_present && seen.mirror.role == "Primary") return decide_blind(seen);
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

bool is_heard(const Observation& seen) {
  return seen.alone || !seen.mirror.is_cut() || seen.peer_gone_for >= limits::unheard;
}

bool is_deaf(const Observation& seen) {
  const bool served_elsewhere = seen.reservation && seen.reservation->holder == Holder::peer;
  return served_elsewhere && seen.peer_gone_for >= limits::deaf;
}

}  // namespace pnfs_ha
