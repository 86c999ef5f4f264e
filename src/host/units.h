#pragma once

#include <string>

#include "host/part.h"

namespace pnfs_ha {

// systemd's; all changes wait for the job to finish. A unit that reloads is active.
class Units : public Part {
 public:
  virtual bool unit_is_active(const std::string& unit) const = 0;
  virtual void start_unit(const std::string& unit) = 0;
  virtual void stop_unit(const std::string& unit) = 0;
  virtual void reload_unit(const std::string& unit) = 0;
};

}  // namespace pnfs_ha
