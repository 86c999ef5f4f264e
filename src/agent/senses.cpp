#include "agent/senses.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/keeper.h"
#include "agent/witness.h"
#include "base/error.h"
#include "base/format.h"

namespace pnfs_ha {
namespace {

using std::chrono::seconds;

constexpr seconds witness_interval(3);
constexpr seconds election_interval(1);
constexpr std::chrono::milliseconds patience(700);  // with the LUN

}  // namespace

Senses::Senses(Node& node) : node_(node), host_(node.host) {}

Host::Duration Senses::time_since(Since& since, bool so) const {
  if (!so) {
    since.reset();
    return Host::Duration(0);
  }
  if (!since) since = host_.uptime();
  // At least something: zero means that it is not so.
  return std::max(host_.uptime() - *since, Host::Duration(1));
}

Observation Senses::look(const Mind& mind) {
  Observation seen;
  seen.role = mind.role;
  seen.vrrp = mind.vrrp;
  seen.standing_down = mind.standing_down;
  seen.retry_due = mind.retry_due;
  seen.serving_fails_for = mind.serving_fails_for;
  seen.maintenance = host_.resolve(maintenance_file).has_value();
  seen.lease_seconds = node_.config.lease_seconds;
  seen.alone = node_.config.alone();
  seen.first =
      node_.config.self(host_).id == std::ranges::min(node_.config.servers, {}, &ServerConfig::id).id;
  look_at_lun(seen);
  look_at_mirror(seen);
  look_at_election(seen);
  seen.nfs = node_.nfs.state();
  look_at_keeper(seen);
  return seen;
}

void Senses::look_at_lun(Observation& seen) {
  seen.lun_present = node_.lun.present();
  seen.access = node_.lun.access();
  try {
    if (seen.lun_present) seen.reservation = node_.reservation.read(patience);
  } catch (const Error& error) {
    if (!lun_silent_) spdlog::warn("{}", error.what());
  }
  seen.lun_silent_for = time_since(lun_silent_, !seen.reservation);
  const bool challenging =
      seen.reservation && seen.reservation->own_key && is_challenge_key(*seen.reservation->own_key);
  seen.challenge_stands_for = time_since(challenge_, challenging);
  seen.serving_elsewhere_for =
      time_since(serving_elsewhere_, seen.reservation && !seen.reservation->serving_elsewhere.empty());
}

void Senses::look_at_mirror(Observation& seen) {
  seen.mirror = node_.mirror.state();
  const bool waiting = seen.mirror.connection != "SyncTarget" && seen.role == Role::standby;
  if (seen.mirror.disk == "Inconsistent" && waiting) seen.mirror.blank = node_.mirror.is_blank();
  seen.peer_gone_for = time_since(peer_gone_, seen.mirror.is_separated());
}

// A keeper of a newer pnfs-ha may be stuck or not; the next one is of this version.
void Senses::look_at_keeper(Observation& seen) try {
  seen.work_stuck_for = Keeper::stuck_for(host_);
  keeper_is_newer_ = false;
} catch (const NewerFormat& newer) {
  if (!keeper_is_newer_) spdlog::error("{}; {}", newer.what(), newer.remedy());
  keeper_is_newer_ = true;
}

void Senses::look_at_election(Observation& seen) {
  if (host_.uptime() >= election_due_) {
    election_runs_ = seen.role != Role::active && seen.role != Role::standby ? true : node_.election.runs();
    election_due_ = host_.uptime() + election_interval;
  }
  seen.election_runs = election_runs_;
  seen.vip_present = node_.election.vip_present();
  seen.link_up = node_.election.link_up();

  const bool contest = seen.vrrp == Vrrp::master && seen.mirror.connection == "Connected" &&
                       seen.mirror.peer_role == "Primary";
  const bool remembered = contest_ && seen.mirror.connection == "Connected" &&
                          seen.mirror.peer_role == "Primary" &&
                          host_.uptime() - *contest_ < limits::contest_memory;
  seen.contested_for = time_since(contest_, seen.role == Role::standby && (contest || remembered));

  // An active server serves whoever reaches it, unless another one was elected: a challenge says so.
  const bool challenged = seen.reservation && seen.reservation->is_challenged();
  if (seen.role == Role::active && !challenged) return;
  if (seen.vrrp == Vrrp::master || host_.uptime() >= witnesses_due_) {
    witnessed_ = any_answers(host_, witnesses_of(host_, node_.config));
    witnesses_due_ = host_.uptime() + witness_interval;
  }
  seen.witnessed = witnessed_;
}

void Senses::peer_is_alive() {
  peer_gone_.reset();
  challenge_.reset();
  // The contest is decided; it stays so until it is forgotten.
  if (contest_) *contest_ -= limits::contest + limits::challenge;
}

}  // namespace pnfs_ha
