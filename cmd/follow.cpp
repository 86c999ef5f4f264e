#include "follow.h"

#include <iomanip>
#include <iostream>
#include <thread>

#include "base/error.h"
#include "config/units.h"
#include "linux/linux_host.h"
#include "report/status.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

// A takeover's longest single step may keep the agent from publishing for a while, but it publishes before
// each.
constexpr std::chrono::seconds stale_after(20);

void print_step(const json& step) {
  const std::string event = step.at("event");
  if (event == "started") return;
  const bool failed = event == "failed";
  std::cout << (failed ? "  FAILED " : "  ok     ") << step.at("sequence").get<std::string>() << ": "
            << step.at("step").get<std::string>();
  if (failed) std::cout << ": " << step.at("why").get<std::string>();
  std::cout << " (" << std::fixed << std::setprecision(1) << step.at("seconds").get<double>() << " s)"
            << std::endl;
}

}  // namespace

json read_status() {
  const LinuxHost host;
  const auto text = host.read_file(status_file);
  if (!text)
    throw Error("the agent has not said anything since this server started",
                std::string("start it: systemctl start ") + units::agent);
  json status = json::parse(*text);
  const Host::Duration age = host.uptime() - Host::Duration(status.at("uptime_ms").get<std::int64_t>());
  if (age > stale_after)
    throw Error("the agent has said nothing for " + std::to_string(age.count() / 1000) + " s",
                std::string("see `systemctl status ") + units::agent + "`");
  return status;
}

int last_step() {
  try {
    const json steps = read_status().at("steps");
    return steps.empty() ? 0 : steps.back().at("number").get<int>();
  } catch (const Error&) {
    return 0;
  }
}

void start_agent(Host& host, const std::function<bool(const json&)>& done, std::chrono::seconds limit) {
  host.remove_file(status_file);  // an earlier agent's
  host.must_run({"systemctl", "enable", "--now", "--quiet", units::agent});
  follow_agent(0, done, limit);
}

void follow_agent(int after, const std::function<bool(const json&)>& done, std::chrono::seconds limit) {
  LinuxHost host;
  int seen = after;
  std::string failure, last_reason;
  const auto look = [&] {
    json status;
    try {
      status = read_status();
    } catch (const Error&) {
      return false;  // not started yet
    }
    for (const json& step : status.at("steps"))
      if (step.at("number").get<int>() > seen) {
        seen = step.at("number");
        print_step(step);
      }
    const std::string reason = status.at("reason");
    if (reason != last_reason && !reason.empty()) std::cout << "  …      " << reason << std::endl;
    last_reason = reason;
    if (status.at("role") == "out-of-service") failure = reason;
    return !failure.empty() || done(status);
  };
  const bool finished = host.wait_until(look, limit);
  if (!failure.empty()) throw Error(failure, std::string("see `journalctl -u ") + units::agent + "`");
  if (!finished)
    throw Error("the agent did not get there within " + std::to_string(limit.count()) + " s" +
                    (last_reason.empty() ? "" : ": " + last_reason),
                std::string("see `pnfs-ha status` and `journalctl -u ") + units::agent + "`");
}

}  // namespace pnfs_ha
