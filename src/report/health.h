// Could the cluster lose this server?
#pragma once

#include <string>

#include "base/names.h"
#include "report/status.h"

namespace pnfs_ha {

enum class Health { healthy = 0, degraded = 1, out_of_service = 2 };  // exit codes of `pnfs-ha status`

inline constexpr auto health_names = names<Health>({{Health::healthy, "healthy"},
                                                    {Health::degraded, "degraded"},
                                                    {Health::out_of_service, "out of service"}});

struct Verdict {
  Health health = Health::healthy;
  std::string why;  // empty if healthy
};

Verdict health_of(const Status& status);

}  // namespace pnfs_ha
