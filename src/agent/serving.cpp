// What an active and a standby do at every look that finds all well, and about others that are registered with the LUN.
#include <spdlog/spdlog.h>

#include <utility>

#include "agent/agent.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

using std::chrono::seconds;
constexpr seconds chores_interval(1);
constexpr seconds gate_interval(10);  // between two looks whether a standby's is there
constexpr seconds longest_round(3);   // of a keeper whose server works
constexpr std::size_t fenced_kept = 32;

}  // namespace

// The gate last: after a pause, who lost its right meanwhile must not meet it open.
void Agent::serve() {
  if (host_.uptime() >= chores_due_) {
    answer_challenges();
    for (const char* unit : {units::keeper, units::fencer})
      if (!host_.unit_is_active(unit)) host_.start_unit(unit);
    resume_if_forgotten();
    chores_due_ = host_.uptime() + chores_interval;
  }
  const Host::Duration validity =
      server_.validity.agree(Validity::of_latency(seen_.lun_latency), is_heard(seen_));
  if (!server_.gate.open(std::min(looked_at_, seen_.reservation->asked_at), validity)) return;
  pulse_.beat();
  if (!std::exchange(server_.serves, true)) server_.connections.wake();
  server_.connections.wake_again();
}

// The rules about VRRP and about this server's own address hold on a standby as well. While somebody's large ruleset is loaded
// nftables answers nobody: no reason to stay out of an election.
void Agent::stand_by() try {
  if (host_.uptime() < gate_due_) return;
  gate_due_ = host_.uptime() + gate_interval;
  server_.gate.put_back_if_gone();
} catch (const Stuck& stuck) {
  spdlog::warn("{}", stuck.what());
} catch (const Error& error) {
  spdlog::warn("{}; {}", error.what(), error.remedy());
}

// Whoever drained died before it asked for the release.
void Agent::resume_if_forgotten() {
  if (!seen_.nfs.quiesced)
    quiesced_since_.reset();
  else if (!quiesced_since_)
    quiesced_since_ = host_.uptime();
  else if (host_.uptime() - *quiesced_since_ >= quiesce_limit)
    server_.nfs.resume();
}

// Not while the keeper is stuck: a server that cannot work does not claim to be alive.
void Agent::answer_challenges() {
  if (seen_.work_stuck_for > longest_round) return;
  for (const pr::Registration& r : seen_.reservation->registrations)
    if (is_challenge_key(r.key) && r.key != seen_.reservation->own_key)
      remove(r, "a server asks whether this one is alive");
}

// One that stands is enough, and the answer to one holds for a while.
void Agent::challenge(const std::string& why) {
  if (seen_.challenge_stands_for > Host::Duration(0) || host_.uptime() < challenge_due_) return;
  challenge_due_ = host_.uptime() + limits::challenge;
  spdlog::warn("{}", why);
  server_.reservation.challenge();
}

void Agent::expel() {
  for (const pr::Registration& r : seen_.reservation->registrations)
    if (!r.holder && seen_.reservation->serving_elsewhere.contains(r.key))
      remove(r, "a server is registered as if it served");
}

void Agent::remove(const pr::Registration& registration, const char* why) {
  spdlog::warn("fencing {} of {}: {}", pr::to_string(registration.key), registration.initiator, why);
  server_.reservation.fence(registration.key);
  fenced_.push_back({registration.key, registration.initiator, why, host_.wall_clock()});
  if (fenced_.size() > fenced_kept) fenced_.pop_front();
}

}  // namespace pnfs_ha
