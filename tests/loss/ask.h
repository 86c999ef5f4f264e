// Asking again while a server says NFS4ERR_DELAY. Included by the programs of this folder.
#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include "nfs41.h"

namespace nfs41 {

// Returns whether it did so. Gives up after 20 s.
inline bool ask_patiently(const std::function<void()>& ask) {
  for (int tries = 0;; ++tries) try {
      ask();
      return tries > 0;
    } catch (const Failed& failed) {
      if (failed.status != delay || tries == 100) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

// A delegation that stands in the way is recalled first.
inline void open_patiently(Client& client, const std::string& path, Claim claim) {
  ask_patiently([&] {
    if (const auto delegation = client.open_for_writing(path, claim); delegation != 0)
      throw std::runtime_error("got a delegation that nobody claimed, of type " + std::to_string(delegation));
  });
}

// RFC 8881 18.51: only then may a client open something afresh.
inline void reclaim_complete(Client& client) {
  try {
    client.reclaim_complete();
  } catch (const Failed& failed) {
    if (failed.status != complete_already) throw;
  }
}

}  // namespace nfs41
