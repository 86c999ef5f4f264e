// systemd's units over D-Bus (org.freedesktop.systemd1): no process to start for each of them.
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>

struct sd_bus;
struct sd_bus_message;
struct sd_bus_slot;

namespace pnfs_ha {

class SystemdUnits {
 public:
  enum class Change { start, stop, reload };

  // Also while it reloads. While systemd is silent, as it is in a daemon-reexec or when D-Bus starts again,
  // what it said last; an Error if it has said nothing yet.
  bool is_active(const std::string& unit);

  // Called every second while a job is waited for.
  std::function<void(std::chrono::milliseconds)> while_waiting;  // Host::Waiting

  // Waits until systemd has done it. Stuck if it has not after call_limits::unit_job, whatever else it tells
  // meanwhile: it may do it yet.
  void change(const std::string& unit, Change change);

 private:
  struct Release {
    void operator()(sd_bus* bus) const;
    void operator()(sd_bus_message* message) const;
    void operator()(sd_bus_slot* slot) const;
  };
  using Message = std::unique_ptr<sd_bus_message, Release>;
  using Slot = std::unique_ptr<sd_bus_slot, Release>;

  void connect(std::chrono::milliseconds limit);
  Message call(const std::string& path, const char* interface, const char* method,
               std::initializer_list<std::string> arguments, std::chrono::milliseconds limit);
  void wait_a_moment(std::chrono::steady_clock::time_point end) const;
  std::string active_state(const std::string& unit, std::chrono::milliseconds limit);

  std::unique_ptr<sd_bus, Release> bus_;
  std::map<std::string, bool> known_;
  std::chrono::steady_clock::time_point ask_again_;
};

}  // namespace pnfs_ha
