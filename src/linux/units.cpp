#include "linux/units.h"

#include <spdlog/fmt/fmt.h>
#include <systemd/sd-bus.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "base/error.h"
#include "host/call_limits.h"

namespace pnfs_ha {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* units_path = "/org/freedesktop/systemd1/unit";
constexpr const char* manager = "org.freedesktop.systemd1.Manager";

// systemd takes milliseconds. An agent that waits longer, although it knows something, renews no gate.
constexpr auto answer_limit = 500ms;
constexpr auto first_answer_limit = 20s;
constexpr auto silence_pause = 1s;

std::uint64_t to_usec(Steady::duration duration) {
  const auto usec = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(usec, 0));
}

// Waits for the JobRemoved signal of one job.
struct PendingJob {
  std::string path;
  std::string result;  // "done", "failed", …; empty while it runs

  static int removed(sd_bus_message* message, void* data, sd_bus_error*) {
    auto* pending = static_cast<PendingJob*>(data);
    std::uint32_t id = 0;
    const char *job = nullptr, *unit = nullptr, *result = nullptr;
    if (sd_bus_message_read(message, "uoss", &id, &job, &unit, &result) >= 0 && pending->path == job)
      pending->result = result;
    return 0;
  }
};

}  // namespace

void SystemdUnits::Release::operator()(sd_bus* bus) const {
  sd_bus_flush_close_unref(bus);
}
void SystemdUnits::Release::operator()(sd_bus_message* message) const {
  sd_bus_message_unref(message);
}
void SystemdUnits::Release::operator()(sd_bus_slot* slot) const {
  sd_bus_slot_unref(slot);
}

// sd_bus_call(3) waits for the handshake with D-Bus without a limit of its own.
void SystemdUnits::connect(std::chrono::milliseconds limit) {
  if (bus_) {
    int result = 1;
    while (result > 0) result = sd_bus_process(bus_.get(), nullptr);  // notices that D-Bus has gone
    if (result == 0 && sd_bus_is_open(bus_.get()) > 0) return;
  }
  sd_bus* opened = nullptr;
  int result = sd_bus_open_system(&opened);
  bus_.reset(opened);
  const Steady::time_point end = Steady::now() + limit;
  while (result >= 0 && sd_bus_is_ready(opened) == 0) {
    result = sd_bus_process(opened, nullptr);
    if (result == 0) result = sd_bus_wait(opened, to_usec(end - Steady::now()));
    if (result >= 0 && Steady::now() >= end) result = -ETIMEDOUT;
  }
  if (result >= 0) return;
  bus_.reset();
  throw Error(std::string("cannot reach systemd over D-Bus: ") + std::strerror(-result),
              "see `systemctl status dbus`");
}

SystemdUnits::Message SystemdUnits::call(const std::string& path, const char* interface, const char* method,
                                         std::initializer_list<std::string> arguments,
                                         std::chrono::milliseconds limit) {
  connect(limit);
  sd_bus_message *request = nullptr, *reply = nullptr;
  int result =
      sd_bus_message_new_method_call(bus_.get(), &request, destination, path.c_str(), interface, method);
  const Message owned(request);
  for (const std::string& argument : arguments)
    if (result >= 0) result = sd_bus_message_append_basic(request, SD_BUS_TYPE_STRING, argument.c_str());
  sd_bus_error error{};  // SD_BUS_ERROR_NULL is C
  if (result >= 0) result = sd_bus_call(bus_.get(), request, to_usec(limit), &error, &reply);
  Message answer(reply);
  const std::string why = error.message != nullptr ? error.message : std::strerror(-result);
  sd_bus_error_free(&error);
  if (result < 0) throw Error(std::string("systemd does not answer ") + method + ": " + why);
  return answer;
}

std::string SystemdUnits::active_state(const std::string& unit, std::chrono::milliseconds limit) {
  // systemd loads a unit that is asked for by its path. One question, not two: the agent asks all the time,
  // also while clients wait for this processor.
  char* encoded = nullptr;
  if (sd_bus_path_encode(units_path, unit.c_str(), &encoded) < 0) throw Error("not a unit's name: " + unit);
  const std::string path(encoded);
  std::free(encoded);
  const Message property = call(path, "org.freedesktop.DBus.Properties", "Get",
                                {"org.freedesktop.systemd1.Unit", "ActiveState"}, limit);
  const char* state = "";
  sd_bus_message_read(property.get(), "v", "s", &state);
  return state;
}

bool SystemdUnits::is_active(const std::string& unit) {
  const auto known = known_.find(unit);
  if (known != known_.end() && Steady::now() < ask_again_) return known->second;
  try {
    const std::string state = active_state(unit, known == known_.end() ? first_answer_limit : answer_limit);
    return known_[unit] = state == "active" || state == "reloading" || state == "refreshing";
  } catch (const Error&) {
    if (known == known_.end()) throw;
    ask_again_ = Steady::now() + silence_pause;
    return known->second;
  }
}

// Until systemd has told something, of whatever unit, for a second at most.
void SystemdUnits::wait_a_moment(Steady::time_point end) const {
  const int told = sd_bus_process(bus_.get(), nullptr);
  if (told > 0) return;
  const int woken =
      told < 0 ? told : sd_bus_wait(bus_.get(), to_usec(std::min<Steady::duration>(end - Steady::now(), 1s)));
  if (woken < 0 && woken != -EINTR)
    throw Error(std::string("the connection to systemd broke: ") + std::strerror(-woken));
}

void SystemdUnits::change(const std::string& unit, Change change) {
  struct Job {
    const char* method;
    const char* verb;
  };
  const Job wanted = change == Change::start  ? Job{"StartUnit", "start "}
                     : change == Change::stop ? Job{"StopUnit", "stop "}
                                              : Job{"ReloadUnit", "reload "};
  PendingJob pending;
  const Steady::time_point begin = Steady::now(), end = begin + call_limits::unit_job;
  std::string why;
  try {
    connect(first_answer_limit);
    sd_bus_slot* raw = nullptr;
    sd_bus_match_signal(bus_.get(), &raw, destination, manager_path, manager, "JobRemoved",
                        PendingJob::removed, &pending);
    const Slot slot(raw);
    const Message reply = call(manager_path, manager, wanted.method, {unit, "replace"}, first_answer_limit);
    const char* job = "";
    sd_bus_message_read(reply.get(), "o", &job);
    pending.path = job;
    for (auto tell_at = Steady::now() + 1s; pending.result.empty() && Steady::now() < end;) {
      wait_a_moment(end);
      if (!while_waiting || Steady::now() < tell_at) continue;
      while_waiting(std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin));
      tell_at = Steady::now() + 1s;
    }
    if (pending.result.empty())
      throw Stuck(fmt::format("systemd's job to {}{} does not end: {} s", wanted.verb, unit,
                              call_limits::unit_job.count()));
    if (pending.result != "done") why = "its job ended with: " + pending.result;
  } catch (const Error& error) {
    why = error.what();
  }
  if (!why.empty())
    throw Error(std::string("cannot ") + wanted.verb + unit + ": " + why,
                "see `systemctl status " + unit + "`");
}

}  // namespace pnfs_ha
