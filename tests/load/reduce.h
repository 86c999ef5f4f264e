// From a history that ends in wrong bytes to a short one.
#pragma once

#include <functional>

#include "action.h"

namespace pnfs_load {

// Delta debugging (Zeller, ddmin): leaves out parts, then single actions, as long as it still fails. Without
// any one of the actions that are left it does not fail, unless `fails` has begun to say no for lack of time.
History reduce(History failing, const std::function<bool(const History&)>& fails);

// Where it does not fail again: what can have had to do with these bytes, from the action numbered `from` on.
History touching(const History& history, std::uint64_t begin, std::uint64_t end, unsigned from);

}  // namespace pnfs_load
