// What the agent does about looks and acts that fail, and about calls that do not end.
#include <spdlog/spdlog.h>

#include "agent/agent.h"
#include "base/error.h"

namespace pnfs_ha {
namespace {

constexpr std::chrono::seconds retry_interval(10);

// Where a call that the kernel carries out later would find this server with what only the active may have.
bool holds_or_takes(Action action) {
  return action == Action::take_over || action == Action::release || action == Action::seed_mirror ||
         action == Action::restart_tracker;
}

}  // namespace

void Agent::failed(const Decision& decision, const std::string& why, Failure how) {
  if (how == Failure::is_stuck && holds_or_takes(decision.action)) fence_self(why);
  reason_ = why;
  if (role_ == Role::active) {  // the gate shuts by itself; the next tick may be better
    serving_fails(looked_at_, why);
    return;
  }
  role_ = Role::out_of_service;
  retry_at_ = host_.uptime() + retry_interval;
  leave_election();
}

// Whatever has failed for so long, one call that does not end or many, is not waited for any longer.
void Agent::serving_fails(Host::Duration since, const std::string& why) {
  if (!serving_fails_since_) serving_fails_since_ = since;
  if (host_.uptime() - *serving_fails_since_ >= limits::failing) fence_self("serving fails: " + why);
}

bool Agent::see() {
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
  const std::string reason = "cannot see what state this server is in: " + why;
  if (reason_ != reason) spdlog::error("{}", reason);
  reason_ = reason;
  if (role_ == Role::active) {
    if (!serving_fails_since_) serving_fails_since_ = looked_at_;
    if (host_.uptime() - *serving_fails_since_ < limits::failing) return;
    if (how == Failure::is_stuck) fence_self(reason_);
    spdlog::error("releasing: {}", reason_);
    release();
  }
  leave_election();
}

}  // namespace pnfs_ha
