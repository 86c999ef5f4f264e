// What the processes beside the agent are: rounds without an end.
#pragma once

#include <functional>

#include "host/host.h"

namespace pnfs_ha {

// Tells once when the rounds begin to fail, and once when they work again. round: the pause after it.
[[noreturn]] void make_rounds(Host& host, const char* works_again, Host::Duration pause_after_failure,
                              const std::function<Host::Duration()>& round);

}  // namespace pnfs_ha
