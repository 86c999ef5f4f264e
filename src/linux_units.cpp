#include "linux_units.h"

#include <systemd/sd-bus.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "error.h"

namespace pnfs_ha {
namespace {

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager = "org.freedesktop.systemd1.Manager";
constexpr std::uint64_t job_limit = 60'000'000;  // microseconds

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

SystemdUnits::~SystemdUnits() {
  sd_bus_flush_close_unref(bus_);
}

sd_bus* SystemdUnits::bus() {
  if (bus_ != nullptr) return bus_;
  if (const int error = sd_bus_open_system(&bus_); error < 0)
    throw Error(std::string("cannot reach systemd: ") + std::strerror(-error));
  return bus_;
}

std::string SystemdUnits::active_state(const std::string& unit) {
  sd_bus_message* reply = nullptr;
  sd_bus_error error = SD_BUS_ERROR_NULL;
  std::string state;
  if (sd_bus_call_method(bus(), destination, manager_path, manager, "LoadUnit", &error, &reply, "s",
                         unit.c_str()) >= 0) {
    const char* path = nullptr;
    sd_bus_message_read(reply, "o", &path);
    char* text = nullptr;
    if (sd_bus_get_property_string(bus(), destination, path, "org.freedesktop.systemd1.Unit", "ActiveState",
                                   nullptr, &text) >= 0)
      state = text;
    free(text);
  }
  sd_bus_message_unref(reply);
  sd_bus_error_free(&error);
  return state;
}

bool SystemdUnits::is_active(const std::string& unit) {
  return active_state(unit) == "active";
}

void SystemdUnits::change(const std::string& unit, Change change) {
  struct Job {
    const char* method;
    const char* verb;
  };
  const Job wanted = change == Change::start  ? Job{"StartUnit", "start "}
                     : change == Change::stop ? Job{"StopUnit", "stop "}
                                              : Job{"ReloadUnit", "reload "};
  const std::string what = wanted.verb + unit;
  PendingJob pending;
  sd_bus_slot* slot = nullptr;
  sd_bus_match_signal(bus(), &slot, destination, manager_path, manager, "JobRemoved", PendingJob::removed,
                      &pending);
  sd_bus_message* reply = nullptr;
  sd_bus_error error = SD_BUS_ERROR_NULL;
  std::string why;
  if (sd_bus_call_method(bus(), destination, manager_path, manager, wanted.method, &error, &reply, "ss",
                         unit.c_str(), "replace") < 0) {
    why = error.message != nullptr ? error.message : "no answer";
  } else {
    const char* job = nullptr;
    sd_bus_message_read(reply, "o", &job);
    pending.path = job;
    while (pending.result.empty()) {
      if (sd_bus_process(bus(), nullptr) > 0) continue;
      if (sd_bus_wait(bus(), job_limit) <= 0) pending.result = "timeout";
    }
    if (pending.result != "done") why = "its job ended with: " + pending.result;
  }
  sd_bus_message_unref(reply);
  sd_bus_error_free(&error);
  sd_bus_slot_unref(slot);
  if (!why.empty()) throw Error("cannot " + what + ": " + why, "see `systemctl status " + unit + "`");
}

}  // namespace pnfs_ha
