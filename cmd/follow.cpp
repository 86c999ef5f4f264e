#include "follow.h"

#include <iomanip>
#include <iostream>
#include <thread>

#include "base/error.h"
#include "base/json.h"
#include "config/cluster_config.h"
#include "config/units.h"
#include "linux/linux_host.h"

namespace pnfs_ha {
namespace {

// A takeover's longest single step may keep the agent from publishing for a while, but it publishes before each.
constexpr std::chrono::seconds stale_after(20);

void print_step(const StepRecord& step) {
  if (step.event == Sequence::Event::started) return;
  const bool failed = step.event == Sequence::Event::failed;
  std::cout << (failed ? "  FAILED " : "  ok     ") << step.sequence << ": " << step.step;
  if (failed) std::cout << ": " << step.why;
  std::cout << " (" << std::fixed << std::setprecision(1) << step.seconds << " s)" << std::endl;
}

}  // namespace

Sequence::Observer print_acts() {
  return [](const std::string& sequence, const Act& act, Sequence::Event event, const std::string& why) {
    if (event == Sequence::Event::done)
      std::cout << "  ok     " << sequence << ": " << act.name() << std::endl;
    if (event == Sequence::Event::failed)
      std::cout << "  FAILED " << sequence << ": " << act.name() << ": " << why << std::endl;
  };
}

Status read_status() {
  const LinuxHost host;
  const auto text = host.read_file(status_file);
  if (!text) {
    load_cluster_config(host);  // throws where no agent is to be expected
    throw Error("the agent has not said anything since this server started",
                std::string("start it: systemctl start ") + units::agent);
  }
  Status status = status_from_json(parse_json(*text));
  const Host::Duration age = host.uptime() - status.told_at;
  if (age > stale_after)
    throw Error("the agent has said nothing for " + std::to_string(age.count() / 1000) + " s",
                std::string("see `systemctl status ") + units::agent + "`");
  return status;
}

int last_step() {
  try {
    const Status status = read_status();
    return status.steps.empty() ? 0 : status.steps.back().number;
  } catch (const Error&) {
    return 0;
  }
}

void start_agent(Host& host, const std::function<bool(const Status&)>& done, std::chrono::seconds limit) {
  host.remove_file(status_file);  // an earlier agent's
  host.must_run({"systemctl", "enable", "--now", "--quiet", units::agent});
  follow_agent(0, done, limit);
}

void follow_agent(int after, const std::function<bool(const Status&)>& done, std::chrono::seconds limit) {
  LinuxHost host;
  int seen = after;
  std::string failure, last_reason;
  const auto look = [&] {
    std::optional<Status> status;
    try {
      status = read_status();
    } catch (const Error&) {
      return false;  // not started yet
    }
    for (const StepRecord& step : status->steps)
      if (step.number > seen) {
        seen = step.number;
        print_step(step);
      }
    const std::string& reason = status->reason;
    if (reason != last_reason && !reason.empty()) std::cout << "  …      " << reason << std::endl;
    last_reason = reason;
    if (status->role == Role::out_of_service) failure = reason;
    return !failure.empty() || done(*status);
  };
  const bool finished = host.wait_until(look, limit);
  if (!failure.empty()) throw Error(failure, std::string("see `journalctl -u ") + units::agent + "`");
  if (!finished)
    throw Error("the agent did not get there within " + std::to_string(limit.count()) + " s" +
                    (last_reason.empty() ? "" : ": " + last_reason),
                std::string("see `pnfs-ha status` and `journalctl -u ") + units::agent + "`");
}

}  // namespace pnfs_ha
