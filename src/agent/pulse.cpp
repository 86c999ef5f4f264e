#include "agent/pulse.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/number.h"

namespace pnfs_ha {
namespace {

constexpr Format pulse_format{"the agent's pulse", 1};

}  // namespace

// Not for longer than an agent that begins now would have: the one before may have died in a sequence.
Pulse::Pulse(Host& host) : host_(host), until_(host.uptime() + outage) {
  try {
    until_ = std::min(until_, read(host).value_or(until_));
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
  }
}

void Pulse::lasts(Host::Duration time) {
  until_ = host_.uptime() + time;
  if (telling_) return;  // who waits for the file to be written says so (Host::while_waiting())
  telling_ = true;
  try {
    host_.overwrite(file, fmt::format("{:016}\n", until_.count()));
    told_ = true;
  } catch (const std::exception& error) {
    if (told_) spdlog::error("the guard cannot be told that this agent works: {}", error.what());
    told_ = false;
  }
  telling_ = false;
}

Host::Duration Pulse::stopped_for() const {
  return std::max(host_.uptime() - until_, Host::Duration(0));
}

std::optional<Host::Duration> Pulse::read(const Host& host) {
  const std::string text = host.read_file(file).value_or("");
  require_known_line(text, pulse_format);
  const auto until = leading_number<Host::Duration::rep>(text);
  return until ? std::optional(Host::Duration(*until)) : std::nullopt;
}

}  // namespace pnfs_ha
