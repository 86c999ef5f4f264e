// The agent: looks several times a second and at every message of keepalived, decides, and acts; one sequence
// at a time. Nothing else changes a server's role.
#pragma once

#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/fencing.h"
#include "agent/observer.h"
#include "agent/pulse.h"
#include "agent/question.h"
#include "control/origin.h"
#include "plan.h"
#include "report/status.h"

namespace pnfs_ha {

class Agent {
 public:
  // alive: called whenever the agent makes progress, with the time within which it will call again at the
  // latest, unless it hangs (systemd's watchdog).
  using Alive = std::function<void(std::chrono::seconds)>;
  // ask: how another server's agent is asked.
  Agent(Host& host, const ClusterConfig& config, Alive alive, Neighbours::Ask ask = {});

  void tick();
  Host::Duration interval() const;  // between two ticks
  void notified(Vrrp state);
  nlohmann::json answer(const nlohmann::json& message, Origin origin);
  bool is_server(const std::string& address) const;  // one of the cluster's

  // Leaves the election and stops serving. What cannot be released ends in a reboot.
  void stop();

 private:
  // systemd kills an agent that is silent for longer. One that waits for a call says every second that it does
  // (Host::while_waiting()); the longest that it is silent while it works are 40 s with a systemd that does not
  // answer.
  static constexpr std::chrono::seconds timeout_serving{3}, timeout_working{60};

  // What a call that was left behind may do later is not for anybody to undo.
  enum class Failure { is_over, is_stuck };

  void look_and_act();
  Observation look();
  bool see();  // looks into seen_; no: it could not
  Role role_found() const;
  void act(const Decision& decision);
  void blind(const std::string& why, Failure how);
  void failed(const Decision& decision, const std::string& why, Failure how);
  void still_waiting(Host::Duration idle);
  bool clients_wait() const;
  void end_outage();
  bool let_go_of_what_was_left();
  void give_up_serving(const std::string& why);
  void give_up_vip(const std::string& why);
  void perform(const Decision& decision);
  void serve();
  void stand_by();
  void answer_challenges();
  void challenge(const std::string& why);
  void expel();
  void remove(const pr::Registration& registration, const char* why);
  void resume_if_forgotten();
  // reboot: also where no other server is ready, for nobody would try again.
  enum class IfItFails { try_again, reboot };
  bool release(IfItFails then);
  void out_of_service(const std::string& why);
  bool another_is_ready() const;
  bool is_ready_still();
  bool holds_what_the_active_needs() const;
  bool somebody_is_to_be_served() const;
  void leave_election();
  void fence_self(const std::string& why);
  void tell_of_fencing(Status& status);
  void tell_of_users(Status& status);
  void tell_of_refusal(const std::string& why);
  Status status();
  void publish();
  void record(const std::string& sequence, const Act& act, Sequence::Event event, const std::string& why);
  Sequence::Observer step_recorder();

  JoinAnswer reply(const JoinQuestion& question);
  RoleAnswer reply(const SwitchoverQuestion& question);
  RoleAnswer reply(const MaintenanceQuestion& question);
  RecoverAnswer reply(const RecoverQuestion& question);
  HealthAnswer reply(const HealthQuestion& question);
  RescanAnswer reply(const RescanQuestion& question);
  void intervene(const Intervention& intervention);

  Host& host_;
  Server server_;
  Observer observer_;
  Alive alive_;
  Pulse pulse_;
  Observation seen_;
  Role role_ = Role::joining;
  Vrrp vrrp_ = Vrrp::unknown;
  std::string reason_;
  std::string last_failure_;        // of an act, as it was logged
  std::optional<Failure> failure_;  // of the last look or act
  bool in_act_ = false;             // of a sequence
  Action doing_ = Action::wait;
  bool stands_ = false;
  bool rebooting_ = false;
  bool asking_ = false;  // whether another server is ready, while a call does not end
  Host::Duration looked_at_{0};
  Host::Duration retry_at_{0};
  Host::Duration stand_down_until_{0};
  Host::Duration chores_due_{0}, gate_due_{0};
  Host::Duration refusal_due_{0};
  Host::Duration renewal_due_{0};
  Host::Duration challenge_due_{0};
  bool told_ = true;  // the status could be written
  std::optional<Host::Duration> blocks_stay_since_;
  std::optional<Host::Duration> quiesced_since_;
  std::deque<StepRecord> steps_;
  std::deque<Fenced> fenced_;
  int steps_made_ = 0;
  Host::Duration step_began_{0};
};

}  // namespace pnfs_ha
