// What the agent does about looks and acts that fail, about calls that do not end, and about whatever else
// keeps its server from serving.
#include <spdlog/spdlog.h>

#include <utility>

#include "agent/agent.h"
#include "base/error.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds retry_interval(10);
constexpr std::chrono::seconds progress_shows(2);  // in a call, if it gets on

// Where a call that the kernel carries out later would find this server with what only the active may have.
bool holds_or_takes(Action action) {
  return action == Action::take_over || action == Action::release || action == Action::seed_mirror ||
         action == Action::restart_tracker;
}

}  // namespace

void Agent::failed(const Decision& decision, const std::string& why, Failure how) {
  failure_ = how;
  if (how == Failure::is_stuck && holds_or_takes(decision.action)) fence_self(why);
  reason_ = why;
  // The gate of an active shuts by itself; the next tick may be better.
  if (role_ != Role::active) out_of_service(why);
}

void Agent::out_of_service(const std::string& why) {
  reason_ = why;
  role_ = Role::out_of_service;
  retry_at_ = host_.uptime() + retry_interval;
  leave_election();
}

bool Agent::see() {
  failure_.reset();
  try {
    seen_ = look();
    return true;
  } catch (const Stuck& stuck) {
    blind(stuck.what(), Failure::is_stuck);
  } catch (const std::exception& error) {
    blind(error.what(), Failure::is_over);
  }
  return false;
}

// Who cannot look has proved nothing: the gate stays shut, and nobody may elect this server.
void Agent::blind(const std::string& why, Failure how) {
  failure_ = how;
  const std::string reason = "cannot see what state this server is in: " + why;
  if (reason_ != reason) spdlog::error("{}", reason);
  reason_ = reason;
  if (role_ != Role::active) leave_election();
}

// --- one clock for every outage (pulse.h) ---

// Where the gate should be open: while this server has what the active needs, or the VIP with nobody else's
// service behind it. An active's LUN that is silent is for decide_blind(), which has limits of its own.
bool Agent::somebody_is_to_be_served() const {
  if (holds_what_the_active_needs()) return failure_ || seen_.reservation;
  return seen_.vip_present && seen_.contested_for == Host::Duration(0);
}

void Agent::end_outage() {
  if (!somebody_is_to_be_served()) return pulse_.beat();
  if (!pulse_.has_stopped()) return;
  const std::string why = "nobody is served" + (reason_.empty() ? "" : ": " + reason_);
  if (holds_what_the_active_needs())
    give_up_serving(why);
  else
    give_up_vip(why);
}

// Nothing may come before the reboot but the gate, and not even that may prevent it: who waits for it comes by
// here again (still_waiting()).
void Agent::fence_self(const std::string& why) {
  spdlog::critical("rebooting at once: {}", why);
  try {
    if (!std::exchange(rebooting_, true)) server_.gate.close();
  } catch (const std::exception& error) {
    spdlog::critical("{}", error.what());
  }
  host_.reboot_now();
}

// An agent before this one died in the middle of a takeover. So may the next one: another server tries first.
bool Agent::let_go_of_what_was_left() {
  if (!holds_what_the_active_needs()) return true;
  if (!release(IfItFails::try_again)) return false;
  if (another_is_ready()) stand_down_until_ = host_.uptime() + Pulse::outage;
  return true;
}

// Another server tries, or this one again when none has.
void Agent::give_up_serving(const std::string& why) {
  if (failure_ == Failure::is_stuck) fence_self(why);
  if (role_ == Role::out_of_service && host_.uptime() < retry_at_) return leave_election();
  spdlog::error("releasing: {}", why);
  if (release(IfItFails::try_again)) {
    stand_down_until_ = host_.uptime() + Pulse::outage;
    pulse_.beat();
  }
  leave_election();
}

// keepalived was told at once that this server is not ready, and gives the VIP up. If it does not: by force.
void Agent::give_up_vip(const std::string& why) {
  leave_election();
  if (pulse_.stopped_for() < Pulse::outage) return;
  try {
    const bool in_vain = pulse_.stopped_for() >= 2 * Pulse::outage && server_.election.vip_present();
    if (in_vain && another_is_ready()) fence_self(why + ", and keepalived keeps the VIP");
    spdlog::error("stopping keepalived, which keeps the VIP: {}", why);
    server_.election.leave();
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
  }
}

bool Agent::clients_wait() const {
  if (in_act_) return doing_ == Action::take_over || holds_what_the_active_needs();
  return role_ == Role::active;
}

// Calls have limits of their own, generous ones. None is to take longer than clients should wait, where another
// server is ready; but a mount gets on as long as its device completes I/O, there and here.
void Agent::still_waiting(Host::Duration idle) {
  alive_(timeout_working);
  const bool gets_on = in_act_ && (idle < progress_shows || !clients_wait());
  if (gets_on)
    pulse_.beat_in_act();
  else if (clients_wait() && pulse_.has_stopped() && seen_.mirror.peer_is_ready() && is_ready_still())
    fence_self("nobody is served: a call does not end");
}

// The other server may have died since the last look. Where this question is one more call that does not end, what was
// seen counts.
bool Agent::is_ready_still() {
  if (std::exchange(asking_, true)) return true;
  const bool ready = another_is_ready();
  asking_ = false;
  return ready;
}

}  // namespace pnfs_ha
