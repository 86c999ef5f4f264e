#include "rounds.h"

#include <spdlog/spdlog.h>

namespace pnfs_ha {

void make_rounds(Host& host, const char* works_again, Host::Duration pause_after_failure,
                 const std::function<Host::Duration()>& round) {
  std::string last;
  for (;;) {
    std::string now;
    Host::Duration pause = pause_after_failure;
    try {
      pause = round();
    } catch (const std::exception& error) {
      now = error.what();
    }
    if (now != last) spdlog::warn("{}", now.empty() ? works_again : now);
    last = now;
    if (pause > Host::Duration(0)) host.sleep(pause);
  }
}

}  // namespace pnfs_ha
