#include "reduce.h"

#include <algorithm>
#include <iterator>

namespace pnfs_load {
namespace {

History without(const History& history, std::size_t first, std::size_t count) {
  const auto begin = history.begin() + static_cast<std::ptrdiff_t>(first);
  History rest(history.begin(), begin);
  rest.insert(rest.end(), begin + static_cast<std::ptrdiff_t>(std::min(count, history.size() - first)),
              history.end());
  return rest;
}

}  // namespace

History reduce(History failing, const std::function<bool(const History&)>& fails) {
  std::size_t part = (failing.size() + 1) / 2;
  while (part > 0) {
    bool shorter = false;
    for (std::size_t first = 0; first < failing.size();) {
      History rest = without(failing, first, part);
      if (!rest.empty() && fails(rest)) {
        failing = std::move(rest);
        shorter = true;
      } else {
        first += part;
      }
    }
    part = std::min(part, (failing.size() + 1) / 2);
    if (shorter && part == 1) continue;  // an earlier one may be superfluous now
    part = part == 1 ? 0 : (part + 1) / 2;
  }
  return failing;
}

History touching(const History& history, std::uint64_t begin, std::uint64_t end, unsigned from) {
  History result;
  std::copy_if(history.begin(), history.end(), std::back_inserter(result),
               [&](const Action& action) { return action.number >= from && touches(action, begin, end); });
  return result;
}

}  // namespace pnfs_load
