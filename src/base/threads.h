#pragma once

#include <functional>

namespace pnfs_ha {

// Runs this in a thread of its own, which nobody waits for. Signals go elsewhere: they are for the event loop.
void run_in_thread(const std::function<void()>& run);

}  // namespace pnfs_ha
