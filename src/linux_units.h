// systemd's units over D-Bus (org.freedesktop.systemd1): no process to start for each of them.
#pragma once

#include <string>

struct sd_bus;

namespace pnfs_ha {

class SystemdUnits {
 public:
  enum class Change { start, stop, reload };

  SystemdUnits() = default;
  SystemdUnits(const SystemdUnits&) = delete;
  SystemdUnits& operator=(const SystemdUnits&) = delete;
  ~SystemdUnits();

  bool is_active(const std::string& unit);

  // Waits until systemd has done it.
  void change(const std::string& unit, Change change);

 private:
  sd_bus* bus();
  std::string active_state(const std::string& unit);

  sd_bus* bus_ = nullptr;
};

}  // namespace pnfs_ha
