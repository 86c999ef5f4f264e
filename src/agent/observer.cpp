#include "agent/observer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "agent/keeper.h"
#include "agent/witness.h"
#include "base/error.h"
#include "base/format.h"

namespace pnfs_ha {
namespace {

using std::chrono::seconds;

constexpr seconds witness_interval(3);
constexpr seconds election_interval(1);
// For the LUN's answer. What comes later is there at the next look.
constexpr std::chrono::milliseconds time_of_active(250), time_of_standby(700);
constexpr seconds silence_to_ask_about(2);

}  // namespace

Observer::Observer(Server& server, Neighbours::Ask ask)
    : server_(server),
      host_(server.host),
      neighbours_(std::move(ask)),
      lun_silent_(host_, "/run/pnfs-ha/since-lun-silent"),
      contest_(host_, "/run/pnfs-ha/since-contest") {}

Host::Duration Observer::time_since(Since& since, bool so) const {
  if (!so) {
    since.reset();
    return Host::Duration(0);
  }
  if (!since) since = host_.uptime();
  // At least something: zero means that it is not so.
  return std::max(host_.uptime() - *since, Host::Duration(1));
}

Observation Observer::look(const AgentState& agent) {
  Observation seen;
  seen.role = agent.role;
  seen.vrrp = agent.vrrp;
  seen.standing_down = agent.standing_down;
  seen.retry_due = agent.retry_due;
  seen.maintenance = host_.resolve(maintenance_file).has_value();
  seen.lease_seconds = server_.config.lease_seconds;
  seen.alone = server_.config.alone();
  seen.first = server_.self.id == std::ranges::min(server_.config.servers, {}, &ServerConfig::id).id;
  seen.died_young = server_.terms.refused();
  look_at_lun(seen);
  look_at_mirror(seen);
  look_at_election(seen);
  seen.nfs = server_.nfs.state();
  // What a running nfsd grants, not what somebody has written into a file since.
  if (seen.nfs.lease_seconds > 0) seen.lease_seconds = seen.nfs.lease_seconds;
  look_at_keeper(seen);
  return seen;
}

void Observer::look_at_lun(Observation& seen) {
  seen.lun_present = server_.lun.path().has_value();
  seen.access = server_.lun.access();
  const auto time = seen.role == Role::active ? time_of_active : time_of_standby;
  const auto tell = [&](const Error& error) {
    if (!lun_silent_.since()) spdlog::warn("{}", error.what());
  };
  // Only looks ask: whatever was asked so far was asked before that.
  if (std::exchange(changes_, server_.reservation.changes()) != server_.reservation.changes())
    lun_.changed(host_.uptime());
  try {
    if (seen.lun_present)
      lun_.told(server_.reservation.look(time), host_.uptime());
    else
      lun_.forget();
  } catch (const Unanswered& unanswered) {
    if (!lun_.current(host_.uptime())) tell(unanswered);
  } catch (const NotReady& not_ready) {
    seen.lun_changes_over = true;
    tell(not_ready);
    lun_.forget();
  } catch (const Error& error) {
    tell(error);
    lun_.forget();
  }
  seen.reservation = lun_.current(host_.uptime());
  seen.lun_latency = lun_.latency(host_.uptime());
  seen.lun_silent_for = lun_silent_.look(!seen.reservation);
  if (seen.lun_present && lun_.is_silent(host_.uptime()))
    seen.answers_by_another_path = server_.reservation.answers_by_another_path(time);
  if (seen.lun_silent_for >= silence_to_ask_about) {
    std::vector<ServerConfig> others = server_.config.servers;
    std::erase_if(others, [&](const ServerConfig& other) { return other.id == server_.self.id; });
    seen.peer_declines = neighbours_.decline(others, host_.uptime());
  }
  const bool challenging =
      seen.reservation && seen.reservation->own_key && is_challenge_key(*seen.reservation->own_key);
  seen.challenge_stands_for = time_since(challenge_, challenging);
  seen.serving_elsewhere_for =
      time_since(serving_elsewhere_, seen.reservation && !seen.reservation->serving_elsewhere.empty());
}

void Observer::look_at_mirror(Observation& seen) {
  seen.mirror = server_.mirror.state();
  const bool waiting = seen.mirror.connection != "SyncTarget" && seen.role == Role::standby;
  if (seen.mirror.disk == "Inconsistent" && waiting) seen.mirror.blank = server_.mirror.is_blank();
  // DRBD passes through other states for a moment whenever it tries to connect.
  const bool still_gone = peer_gone_ && seen.mirror.is_between();
  seen.peer_gone_for = time_since(peer_gone_, seen.mirror.is_separated() || still_gone);
}

// A keeper of a newer pnfs-ha may be stuck or not; the next one is of this version. The report may be that of
// a keeper which was stopped in a round, before this server became active.
void Observer::look_at_keeper(Observation& seen) try {
  const Host::Duration active_for = time_since(active_, seen.role == Role::active);
  // What waited for a silent LUN needs its time when the LUN is back.
  const Host::Duration lun_answers_for = time_since(lun_answers_, seen.reservation.has_value());
  seen.work_stuck_for = std::min({Keeper::stuck_for(host_), active_for, lun_answers_for});
  keeper_is_newer_ = false;
} catch (const NewerFormat& newer) {
  if (!keeper_is_newer_) spdlog::error("{}; {}", newer.what(), newer.remedy());
  keeper_is_newer_ = true;
}

void Observer::look_at_election(Observation& seen) {
  if (host_.uptime() >= election_due_) {
    election_runs_ = seen.role != Role::active && seen.role != Role::standby ? true : server_.election.runs();
    election_due_ = host_.uptime() + election_interval;
  }
  seen.election_runs = election_runs_;
  seen.vip_present = server_.election.vip_present();
  seen.link_up = server_.election.link_up();

  seen.unelected_for = time_since(unelected_, seen.role == Role::active && seen.vrrp == Vrrp::backup);
  seen.contested_for = contested_for(seen);

  // There is no other server that the clients could reach instead.
  if (seen.alone) return;
  // An active server serves whoever reaches it, unless another one was elected: a challenge says so.
  const bool challenged = seen.reservation && seen.reservation->is_challenged();
  if (seen.role == Role::active && !challenged) return;
  if (seen.vrrp == Vrrp::master || host_.uptime() >= witnesses_due_) {
    witness_answers_ = any_answers(host_, witnesses_of(host_, server_.config));
    witnesses_due_ = host_.uptime() + witness_interval;
  }
  seen.witness_answers = witness_answers_;
}

// An agent that was started again and is not a standby yet knows nothing new of it.
Host::Duration Observer::contested_for(const Observation& seen) {
  if (seen.role == Role::joining) return Host::Duration(0);
  const bool beside_an_active = seen.role == Role::standby && seen.mirror.connection == "Connected" &&
                                seen.mirror.peer_role == "Primary";
  const bool remembered = contest_.since() && host_.uptime() - *contest_.since() < limits::contest_memory;
  return contest_.look(beside_an_active && (seen.vrrp == Vrrp::master || remembered));
}

void Observer::peer_is_alive() {
  peer_gone_.reset();
  challenge_.reset();
  // The contest is decided; it stays so until it is forgotten.
  contest_.has_lasted(limits::contest + limits::challenge);
}

}  // namespace pnfs_ha
