#include "agent/agent.h"

#include <spdlog/spdlog.h>

#include "base/error.h"

namespace pnfs_ha {
namespace {

using std::chrono::seconds;
constexpr std::size_t steps_kept = 64;
// Two mirrors that do not fit, of different sizes for instance, part again as soon as they meet.
constexpr seconds renewal_interval(10);

}  // namespace

Agent::Agent(Host& host, const ClusterConfig& config, Alive alive, Neighbours::Ask ask)
    : host_(host),
      server_(host, config),
      observer_(server_, std::move(ask)),
      alive_(std::move(alive)),
      pulse_(host) {
  host_.while_waiting([this](Host::Duration idle) { still_waiting(idle); });
  role_ = role_found();
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
  // keepalived tells changes only; whoever has the VIP was elected before this agent started.
  if (vrrp_ == Vrrp::unknown) vrrp_ = server_.election.vip_present() ? Vrrp::master : Vrrp::backup;
  return observer_.look({.role = role_,
                         .vrrp = vrrp_,
                         .standing_down = looked_at_ < stand_down_until_,
                         .retry_due = looked_at_ >= retry_at_ && !host_.unfinished()});
}

void Agent::notified(Vrrp state) {
  spdlog::info("keepalived: {}", to_string(state));
  vrrp_ = state;
  tick();
}

void Agent::tick() {
  alive_(role_ == Role::active ? timeout_serving : timeout_working);
  look_and_act();
  end_outage();
}

void Agent::look_and_act() {
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
    doing_ = decision.action;
    perform(decision);
    if (decision.action != Action::wait) last_failure_.clear();
    // After a release: the VIP leaves when there is nothing behind it any more, and the other server need not wait.
    if (decision.stand && role_ == Role::active)
      server_.election.serve();
    else if (decision.stand && role_ == Role::standby)
      server_.election.stand();
    else
      server_.election.stand_down();
  } catch (const Stuck& stuck) {
    failed(decision, stuck.what(), Failure::is_stuck);
  } catch (const Error& error) {
    // Four times a second until it is over, otherwise.
    if (last_failure_ != error.what())
      spdlog::error("{}{}{}", error.what(), error.remedy().empty() ? "" : "; ", error.remedy());
    last_failure_ = error.what();
    failed(decision, error.what(), Failure::is_over);
  } catch (const std::exception& error) {
    failed(decision, error.what(), Failure::is_over);
  }
  doing_ = Action::wait;
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
      if (role_ == Role::standby) stand_by();
      break;
    case Action::bring_up:
      role_ = Role::joining;
      if (!let_go_of_what_was_left()) break;
      bring_up(server_).run(step_recorder());
      role_ = Role::standby;
      reason_.clear();
      break;
    case Action::renew_mirror:
      if (host_.uptime() < renewal_due_) break;
      renewal_due_ = host_.uptime() + renewal_interval;
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
      challenge(decision.reason);
      break;
    case Action::take_over:
      server_.deaf = is_deaf(seen_);
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
      release(IfItFails::try_again);
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

bool Agent::release(IfItFails then) {
  try {
    takeover(server_).unwind(step_recorder());
    role_ = Role::standby;
    return true;
  } catch (const Stuck& stuck) {
    // The kernel may do that when another server is active.
    fence_self(std::string("the release failed: ") + stuck.what());
  } catch (const std::exception& error) {
    const std::string why = std::string("the release failed: ") + error.what();
    // Who cannot let go must not keep half of what it had from a server that is ready.
    if (then == IfItFails::reboot || another_is_ready()) fence_self(why);
    out_of_service(why);
    pulse_.stop();  // the guard may see what this agent does not
  }
  return false;
}

// As far as this server can tell now. Who cannot is no judge of it; the guard may be.
bool Agent::another_is_ready() const try {
  return server_.mirror.state().peer_is_ready();
} catch (const std::exception& error) {
  spdlog::error("{}", error.what());
  return false;
}

// Of a takeover that could not be undone as well: DRBD refuses everybody else.
bool Agent::holds_what_the_active_needs() const {
  return role_ == Role::active || seen_.mirror.role == "Primary" || seen_.access == Access::read_write;
}

void Agent::stop() {
  spdlog::info("stopping");
  if (holds_what_the_active_needs()) release(IfItFails::reboot);
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
  in_act_ = event == Sequence::Event::started;
  in_act_ ? pulse_.beat_in_act() : pulse_.beat();
  const Host::Duration now = host_.uptime();
  if (in_act_) step_began_ = now;
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
