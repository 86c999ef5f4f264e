// The agent: looks once a second and at every message of keepalived, decides, and acts; one sequence at a
// time. Nothing else changes a server's role.
#pragma once

#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "decision.h"
#include "plan.h"
#include "status.h"

namespace pnfs_ha {

// Where a question came from decides what it may ask.
enum class Origin { local, network };

class Agent {
 public:
  // alive: called whenever the agent makes progress (systemd's watchdog).
  Agent(Host& host, const ClusterConfig& config, std::function<void()> alive);

  void tick();
  void notified(Vrrp state);
  nlohmann::json answer(const nlohmann::json& question, Origin origin);

  // Leaves the election and stops serving. What cannot be released ends in a reboot.
  void stop();

 private:
  Observation observe() const;
  Role role_found() const;
  void act(const Decision& decision);
  void perform(const Decision& decision);
  void release();
  void leave_election();
  void fence_self(const std::string& why);
  void renew_standby();
  void publish();
  void record(const std::string& sequence, const Act& act, Sequence::Event event, const std::string& why);
  Sequence::Observer observer();

  nlohmann::json admit(const nlohmann::json& question);
  nlohmann::json switch_over();

  Host& host_;
  Node node_;
  std::function<void()> alive_;
  Observation seen_;
  Role role_ = Role::joining;
  Vrrp vrrp_ = Vrrp::unknown;
  std::string reason_;
  bool stands_ = false;
  Host::Duration retry_at_{0};
  Host::Duration lun_answered_at_;
  Host::Duration stand_down_until_{0};
  std::deque<StepRecord> steps_;
  int steps_made_ = 0;
  Host::Duration step_began_{0};
};

}  // namespace pnfs_ha
