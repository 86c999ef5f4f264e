#include "agent/agent.h"

#include <spdlog/spdlog.h>

#include "agent/keeper.h"
#include "base/error.h"
#include "config/units.h"

namespace pnfs_ha {
namespace {

using std::chrono::seconds;
constexpr seconds chores_interval(1);
constexpr seconds longest_round(3);  // of a keeper whose server works
constexpr std::size_t steps_kept = 64, fenced_kept = 32;

// systemd kills an agent that is silent for longer. One that waits for a call says every second that it does
// (Host::while_waiting()); the longest that it is silent while it works are 40 s with a systemd that does not answer.
constexpr seconds timeout_serving(3);
constexpr seconds timeout_working(60);

}  // namespace

Agent::Agent(Host& host, const ClusterConfig& config, Alive alive)
    : host_(host), server_(host, config), observer_(server_), alive_(std::move(alive)) {
  host_.while_waiting([this] { alive_(timeout_working); });
  role_ = role_found();
  // keepalived tells changes only; whoever has the VIP was elected before this agent started.
  vrrp_ = server_.election.vip_present() ? Vrrp::master : Vrrp::backup;
}

// An agent that was started again finds its server serving and goes on. Where it cannot tell, because an nfsd
// that does not stop answers nobody, its looks will not be able to either, and end that.
Role Agent::role_found() const try {
  if (server_.lun.access() != Access::read_write || server_.mirror.state().role != "Primary")
    return Role::joining;
  const NfsState nfs = server_.nfs.state();
  // A takeover that was cut off before that begins anew.
  const bool recorded = !nfs.start_second || server_.start_seconds.is_recorded(*nfs.start_second);
  return nfs.running && recorded ? Role::active : Role::joining;
} catch (const Stuck& stuck) {
  spdlog::critical("{}", stuck.what());
  return Role::active;
}

// An active server's gate shuts after a second without news; one that is elected waits only for DRBD to
// notice the other's death.
Host::Duration Agent::interval() const {
  const bool in_a_hurry = role_ == Role::active || (role_ == Role::standby && vrrp_ == Vrrp::master);
  return in_a_hurry ? std::chrono::milliseconds(250) : seconds(1);
}

Observation Agent::look() {
  looked_at_ = host_.uptime();
  return observer_.look(
      {.role = role_,
       .vrrp = vrrp_,
       .standing_down = looked_at_ < stand_down_until_,
       .retry_due = looked_at_ >= retry_at_ && !host_.unfinished(),
       .serving_fails_for = serving_fails_since_ ? looked_at_ - *serving_fails_since_ : Host::Duration(0)});
}

void Agent::notified(Vrrp state) {
  spdlog::info("keepalived: {}", to_string(state));
  vrrp_ = state;
  tick();
}

void Agent::tick() {
  alive_(role_ == Role::active ? timeout_serving : timeout_working);
  if (!see()) return;
  const Decision decision = decide(seen_);
  if (role_ != Role::out_of_service) reason_ = decision.reason;
  act(decision);
  if (decision.action != Action::wait && decision.action != Action::serve && !see()) return;
  if (decision.stand != stands_ && role_ == Role::standby) {
    spdlog::info("{} for election{}{}", decision.stand ? "standing" : "not standing",
                 reason_.empty() ? "" : ": ", reason_);
    stands_ = decision.stand;
  }
  publish();
}

void Agent::act(const Decision& decision) {
  try {
    perform(decision);
    // After a release: the VIP leaves when there is nothing behind it any more, and the other server need not wait.
    if (role_ == Role::standby || role_ == Role::active)
      decision.stand ? server_.election.stand() : server_.election.stand_down();
    // nfsdcld that does not stay would be started again for ever, and nobody served.
    if (decision.action != Action::restart_tracker)
      serving_fails_since_.reset();
    else if (!serving_fails_since_)
      serving_fails_since_ = looked_at_;
  } catch (const Stuck& stuck) {
    failed(decision, stuck.what(), Failure::is_stuck);
  } catch (const Error& error) {
    spdlog::error("{}{}{}", error.what(), error.remedy().empty() ? "" : "; ", error.remedy());
    failed(decision, error.what(), Failure::is_over);
  } catch (const std::exception& error) {
    failed(decision, error.what(), Failure::is_over);
  }
}

void Agent::leave_election() {
  try {
    server_.election.stand_down();
  } catch (const std::exception& error) {
    spdlog::critical("cannot leave the election: {}", error.what());
  }
}

void Agent::perform(const Decision& decision) {
  if (decision.action != Action::wait && decision.action != Action::serve) alive_(timeout_working);
  switch (decision.action) {
    case Action::wait:
      break;
    case Action::bring_up:
      role_ = Role::joining;
      // An agent before this one died in the middle of a takeover.
      if (holds_what_the_active_needs()) release();
      bring_up(server_).run(step_recorder());
      role_ = Role::standby;
      reason_.clear();
      break;
    case Action::renew_mirror:
      spdlog::warn("{}: beginning with a blank one", decision.reason);
      renew_mirror(server_).run(step_recorder());
      break;
    case Action::seed_mirror:
      spdlog::warn("{}: this server's becomes the truth, with the client records of the LUN",
                   decision.reason);
      server_.mirror.declare_current(seen_.mirror.connection == "Connected" ? StateMirror::Peer::blank
                                                                            : StateMirror::Peer::absent);
      break;
    case Action::challenge:
      if (seen_.challenge_stands_for > Host::Duration(0)) break;
      spdlog::warn("{}", decision.reason);
      server_.reservation.challenge();
      break;
    case Action::take_over:
      takeover(server_).run(step_recorder());
      role_ = Role::active;
      chores_due_ = Host::Duration(0);
      break;
    case Action::serve:
      serve();
      break;
    case Action::expel:
      spdlog::error("{}", decision.reason);
      expel();
      break;
    case Action::restart_tracker:
      spdlog::error("{}: starting it again", decision.reason);
      server_.nfs.restart_tracker();
      break;
    case Action::release:
      spdlog::info("releasing: {}", decision.reason);
      release();
      break;
    case Action::renew_standby:
      spdlog::info("{}: registering and mounting the LUN again", decision.reason);
      renew_standby(server_).run(step_recorder());
      stand_down_until_ = host_.uptime();
      observer_.peer_is_alive();
      break;
    case Action::fence_self:
      fence_self(decision.reason);
      break;
  }
}

// The gate last: after a pause, who lost its right meanwhile must not meet it open.
void Agent::serve() {
  if (host_.uptime() >= chores_due_) {
    answer_challenges();
    for (const char* unit : {units::keeper, units::fencer})
      if (!host_.unit_is_active(unit)) host_.start_unit(unit);
    resume_if_forgotten();
    chores_due_ = host_.uptime() + chores_interval;
  }
  server_.gate.open(looked_at_);
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

// Nothing may come before the reboot but the gate, and not even that may prevent it.
void Agent::fence_self(const std::string& why) {
  spdlog::critical("rebooting at once: {}", why);
  try {
    server_.gate.close();
  } catch (const std::exception& error) {
    spdlog::critical("{}", error.what());
  }
  host_.reboot_now();
}

void Agent::release() {
  try {
    takeover(server_).unwind(step_recorder());
    role_ = Role::standby;
    serving_fails_since_.reset();
  } catch (const std::exception& error) {
    // A server that cannot let go must not keep half of what it had; and what it is stuck in, the kernel may
    // do when another server is active.
    fence_self(std::string("the release failed: ") + error.what());
  }
}

// Of a takeover that could not be undone as well: DRBD refuses everybody else.
bool Agent::holds_what_the_active_needs() const {
  return seen_.mirror.role == "Primary" || seen_.access == Access::read_write;
}

void Agent::stop() {
  spdlog::info("stopping");
  if (role_ == Role::active || holds_what_the_active_needs()) release();
  leave_election();
  reason_ = "the agent was stopped";
  role_ = Role::out_of_service;
  publish();
}

Sequence::Observer Agent::step_recorder() {
  return [this](const std::string& sequence, const Act& act, Sequence::Event event, const std::string& why) {
    record(sequence, act, event, why);
  };
}

void Agent::record(const std::string& sequence, const Act& act, Sequence::Event event,
                   const std::string& why) {
  alive_(timeout_working);
  const Host::Duration now = host_.uptime();
  if (event == Sequence::Event::started) step_began_ = now;
  const double took = static_cast<double>((now - step_began_).count()) / 1000;
  if (event == Sequence::Event::done)
    spdlog::info("{}: {} [{}] ({:.2f} s)", sequence, act.name(), act.identity(), took);
  if (event == Sequence::Event::failed)
    spdlog::error("{}: cannot {} [{}]: {}", sequence, act.name(), act.identity(), why);
  steps_.push_back({++steps_made_, sequence, act.identity(), act.name(), event, took, why});
  if (steps_.size() > steps_kept) steps_.pop_front();
  seen_.role = role_;
  publish();
}

}  // namespace pnfs_ha
