#include "fake_systemd.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

namespace pnfs_ha {
namespace {

constexpr const char* name = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager = "org.freedesktop.systemd1.Manager";
constexpr const char* units_path = "/org/freedesktop/systemd1/unit";

}  // namespace

FakeSystemd::FakeSystemd() {
  const std::string socket = "unix:path=" + (directory_ / "bus").string();
  std::ofstream(directory_ / "conf")
      << "<busconfig><listen>" << socket
      << "</listen><auth>EXTERNAL</auth><policy context=\"default\">"
         "<allow user=\"*\"/><allow own=\"*\"/><allow send_type=\"method_call\"/>"
         "<allow send_type=\"signal\"/><allow send_requested_reply=\"true\"/>"
         "<allow receive_type=\"signal\"/><allow receive_type=\"method_call\"/>"
         "<allow receive_requested_reply=\"true\"/></policy></busconfig>\n";
  setenv("DBUS_SYSTEM_BUS_ADDRESS", socket.c_str(), 1);
  start();
}

FakeSystemd::~FakeSystemd() {
  stop();
  unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

void FakeSystemd::set_state(const std::string& unit, const std::string& state) {
  const std::lock_guard lock(mutex_);
  states_[unit] = state;
}

std::vector<std::string> FakeSystemd::jobs() {
  const std::lock_guard lock(mutex_);
  return jobs_;
}

void FakeSystemd::let_jobs_end_with(const std::string& result) {
  const std::lock_guard lock(mutex_);
  result_ = result;
}

void FakeSystemd::restart() {
  stop();
  start();
}

void FakeSystemd::start() {
  daemon_ = fork();
  if (daemon_ == 0) {
    std::ignore = freopen("/dev/null", "w", stderr);  // it may not raise its limits, and says so
    execlp("dbus-daemon", "dbus-daemon", ("--config-file=" + (directory_ / "conf").string()).c_str(),
           "--nofork", nullptr);
    _exit(127);
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { answer(stop); });
  // Until the name is taken.
  sd_bus* asking = nullptr;
  while (sd_bus_open_system(&asking) < 0 || sd_bus_get_name_creds(asking, name, 0, nullptr) < 0) {
    asking = sd_bus_flush_close_unref(asking);
    usleep(20'000);
  }
  sd_bus_flush_close_unref(asking);
}

void FakeSystemd::stop() {
  thread_ = {};
  kill(daemon_, SIGKILL);
  waitpid(daemon_, nullptr, 0);
  std::filesystem::remove(directory_ / "bus");
}

int FakeSystemd::on_job(sd_bus_message* question, void* self, sd_bus_error*) {
  auto& systemd = *static_cast<FakeSystemd*>(self);
  if (systemd.silent_) return 1;
  const char *unit = nullptr, *mode = nullptr;
  sd_bus_message_read(question, "ss", &unit, &mode);
  const std::lock_guard lock(systemd.mutex_);
  const std::string method = sd_bus_message_get_member(question);
  systemd.jobs_.push_back(method + " " + unit);
  const std::string job = std::string(manager_path) + "/job/" + std::to_string(systemd.jobs_.size());
  sd_bus_reply_method_return(question, "o", job.c_str());
  if (systemd.result_.empty()) return 1;
  if (systemd.result_ == "done") systemd.states_[unit] = method == "StopUnit" ? "inactive" : "active";
  return sd_bus_emit_signal(sd_bus_message_get_bus(question), manager_path, manager, "JobRemoved", "uoss",
                            static_cast<std::uint32_t>(systemd.jobs_.size()), job.c_str(), unit,
                            systemd.result_.c_str());
}

int FakeSystemd::on_state(sd_bus_message* question, void* self, sd_bus_error*) {
  auto& systemd = *static_cast<FakeSystemd*>(self);
  char* unit = nullptr;
  if (sd_bus_path_decode(sd_bus_message_get_path(question), units_path, &unit) <= 0) return 0;
  const std::string asked(unit);
  std::free(unit);
  if (systemd.silent_) return 1;
  const std::lock_guard lock(systemd.mutex_);
  const auto known = systemd.states_.find(asked);
  return sd_bus_reply_method_return(question, "v", "s",
                                    known == systemd.states_.end() ? "inactive" : known->second.c_str());
}

void FakeSystemd::answer(const std::stop_token& stop) {
  sd_bus* bus = nullptr;
  while (sd_bus_open_system(&bus) < 0 || sd_bus_request_name(bus, name, 0) < 0) {
    bus = sd_bus_flush_close_unref(bus);
    if (stop.stop_requested()) return;
    usleep(20'000);
  }
  static const sd_bus_vtable jobs[] = {
      SD_BUS_VTABLE_START(0),
      SD_BUS_METHOD("StartUnit", "ss", "o", on_job, SD_BUS_VTABLE_UNPRIVILEGED),
      SD_BUS_METHOD("StopUnit", "ss", "o", on_job, SD_BUS_VTABLE_UNPRIVILEGED),
      SD_BUS_METHOD("ReloadUnit", "ss", "o", on_job, SD_BUS_VTABLE_UNPRIVILEGED),
      SD_BUS_VTABLE_END,
  };
  sd_bus_add_object_vtable(bus, nullptr, manager_path, manager, jobs, this);
  sd_bus_add_fallback(bus, nullptr, units_path, on_state, this);
  while (!stop.stop_requested()) {
    const int worked = sd_bus_process(bus, nullptr);
    if (worked < 0) break;
    if (worked == 0) sd_bus_wait(bus, 50'000);
  }
  sd_bus_flush_close_unref(bus);
}

}  // namespace pnfs_ha
