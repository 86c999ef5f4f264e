#include "agent.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "error.h"
#include "join.h"
#include "render.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr seconds retry_interval(10);
constexpr seconds switchover_limit(30);  // how long a server that stood down waits for another to take over
constexpr std::size_t steps_kept = 64;

json refusal(const Error& error) {
  return {{"error", error.what()}, {"remedy", error.remedy()}};
}

}  // namespace

Agent::Agent(Host& host, const ClusterConfig& config, std::function<void()> alive)
    : host_(host),
      node_(host, config),
      alive_(std::move(alive)),
      role_(role_found()),
      lun_answered_at_(host.uptime()) {
  // keepalived tells changes only; whoever has the VIP was elected before this agent started.
  vrrp_ = node_.election.vip_present() ? Vrrp::master : Vrrp::backup;
}

// An agent that was started again finds its server serving and goes on.
Role Agent::role_found() const {
  const bool serves = node_.lun.access() == Access::read_write && node_.nfs.state().running &&
                      node_.mirror.state().role == "Primary";
  return serves ? Role::active : Role::joining;
}

Observation Agent::observe() const {
  Observation seen;
  seen.role = role_;
  seen.vrrp = vrrp_;
  seen.standing_down = host_.uptime() < stand_down_until_;
  seen.retry_due = host_.uptime() >= retry_at_;
  seen.alone = node_.config.alone();
  seen.first =
      node_.config.self(host_).id == std::ranges::min(node_.config.servers, {}, &ServerConfig::id).id;
  seen.lun_present = node_.lun.present();
  seen.access = node_.lun.access();
  try {
    if (seen.lun_present) seen.reservation = node_.reservation.read();
  } catch (const Error& error) {
    spdlog::warn("{}", error.what());
  }
  seen.lun_silent_for = seen.reservation ? Host::Duration(0) : host_.uptime() - lun_answered_at_;
  seen.mirror = node_.mirror.state();
  seen.nfs = node_.nfs.state();
  seen.vip_present = node_.election.vip_present();
  return seen;
}

void Agent::notified(Vrrp state) {
  spdlog::info("keepalived: {}", to_string(state));
  vrrp_ = state;
  tick();
}

void Agent::tick() {
  alive_();
  seen_ = observe();
  if (seen_.reservation) lun_answered_at_ = host_.uptime();
  const Decision decision = decide(seen_);
  if (role_ != Role::out_of_service) reason_ = decision.reason;
  act(decision);
  if (decision.action != Action::wait && decision.action != Action::serve) seen_ = observe();
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
    // After a release: the VIP leaves when there is nothing behind it any more, and the other server need not
    // wait.
    if (role_ == Role::standby || role_ == Role::active)
      decision.stand ? node_.election.stand() : node_.election.stand_down();
  } catch (const Error& error) {
    spdlog::error("{}{}{}", error.what(), error.remedy().empty() ? "" : "; ", error.remedy());
    reason_ = error.what();
    role_ = Role::out_of_service;
    retry_at_ = host_.uptime() + retry_interval;
    leave_election();
  }
}

void Agent::leave_election() {
  try {
    node_.election.stand_down();
  } catch (const Error& error) {
    spdlog::critical("cannot leave the election: {}", error.what());
  }
}

void Agent::perform(const Decision& decision) {
  switch (decision.action) {
    case Action::wait:
      break;
    case Action::bring_up:
      role_ = Role::joining;
      // An agent before this one died in the middle of a takeover.
      if (seen_.mirror.role == "Primary" || seen_.access == Access::read_write) release();
      bring_up(node_).run(observer());
      role_ = Role::standby;
      reason_.clear();
      break;
    case Action::seed_mirror:
      spdlog::warn("every ramdisk is blank: this server's becomes the truth, with no client records");
      node_.mirror.declare_current(seen_.alone ? StateMirror::Peer::absent : StateMirror::Peer::blank);
      break;
    case Action::take_over:
      takeover(node_).run(observer());
      role_ = Role::active;
      break;
    case Action::serve:
      node_.gate.open();
      break;
    case Action::release:
      spdlog::info("releasing: {}", decision.reason);
      release();
      break;
    case Action::renew_standby:
      renew_standby();
      break;
    case Action::fence_self:
      fence_self(decision.reason);
      break;
  }
}

// Nothing may come before the reboot but the gate, and not even that may prevent it.
void Agent::fence_self(const std::string& why) {
  spdlog::critical("rebooting at once: {}", why);
  try {
    node_.gate.close();
  } catch (const Error& error) {
    spdlog::critical("{}", error.what());
  }
  host_.reboot_now();
}

void Agent::release() {
  try {
    takeover(node_).unwind(observer());
    role_ = Role::standby;
  } catch (const Error& error) {
    // A server that cannot let go must not keep half of what it had.
    fence_self(std::string("the release failed: ") + error.what());
  }
}

// Another server's takeover removed this one's registration, and its read-only mount shows an old state of
// the LUN.
void Agent::renew_standby() {
  spdlog::info("another server took over: registering and mounting the LUN again");
  node_.lun.umount();
  node_.reservation.register_own_key();
  node_.lun.rescan();
  node_.lun.mount(node_.config.standby_mount);
  stand_down_until_ = host_.uptime();
}

void Agent::stop() {
  spdlog::info("stopping");
  if (role_ == Role::active) release();
  leave_election();
  reason_ = "the agent was stopped";
  role_ = Role::out_of_service;
  publish();
}

Sequence::Observer Agent::observer() {
  return [this](const std::string& sequence, const Act& act, Sequence::Event event, const std::string& why) {
    record(sequence, act, event, why);
  };
}

void Agent::record(const std::string& sequence, const Act& act, Sequence::Event event,
                   const std::string& why) {
  alive_();
  const Host::Duration now = host_.uptime();
  if (event == Sequence::Event::started) step_began_ = now;
  const double took = static_cast<double>((now - step_began_).count()) / 1000;
  if (event == Sequence::Event::done) spdlog::info("{}: {} ({:.2f} s)", sequence, act.name, took);
  if (event == Sequence::Event::failed) spdlog::error("{}: cannot {}: {}", sequence, act.name, why);
  steps_.push_back({++steps_made_, sequence, act.name, event, took, why});
  if (steps_.size() > steps_kept) steps_.pop_front();
  seen_.role = role_;
  publish();
}

void Agent::publish() {
  seen_.role = role_;
  json status = to_json(node_.config, host_.host_name(), node_.lun.wwn(), seen_, reason_, steps_);
  status["uptime_ms"] = host_.uptime().count();
  host_.write_file(status_file, status.dump(2) + "\n");
}

json Agent::answer(const json& question, Origin origin) {
  try {
    const std::string verb = question.value("verb", "");
    if (verb == "join") return admit(question);
    if (origin == Origin::local && verb == "switchover") return switch_over();
    throw Error("unknown question '" + verb + "'", "are both servers of the same version?");
  } catch (const Error& error) {
    return refusal(error);
  } catch (const std::exception& error) {
    return refusal(Error(std::string("malformed question: ") + error.what()));
  }
}

// A question without a server only asks for the configuration, so that the newcomer can check it first.
json Agent::admit(const json& question) {
  require_join_token(host_, question.value("token", ""));
  if (question.contains("server")) {
    const ServerConfig server = server_from_json(question.at("server"));
    if (server.name == host_.host_name())
      throw Error(server.name + " is the first server's own name",
                  "give the new server a host name of its own");
    const ClusterConfig wider = with_server(node_.config, server);
    save_cluster_config(host_, wider);
    node_.config = wider;
    write_configuration(host_, wider);
    node_.mirror.adjust();
    spdlog::info("{} joined the cluster", server.name);
  }
  return {{"config", to_toml(node_.config)}};
}

json Agent::switch_over() {
  if (role_ != Role::active)
    throw Error("this server is not active", "ask the active one: see `pnfs-ha status`");
  const MirrorState mirror = node_.mirror.state();
  if (mirror.connection != "Connected" || mirror.peer_disk != "UpToDate")
    throw Error("no other server is ready to take over: its copy of the NFS state is " +
                    (mirror.peer_disk.empty() ? "missing" : mirror.peer_disk),
                "wait until `pnfs-ha status` is healthy");
  stand_down_until_ = host_.uptime() + switchover_limit;
  tick();
  return {{"role", to_string(role_)}};
}

}  // namespace pnfs_ha
