#include "base/nearest.h"

#include <algorithm>
#include <numeric>

namespace pnfs_ha {
namespace {

// Levenshtein's: letters to insert, leave out or change.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, changed});
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  constexpr std::size_t least_in_common = 3;
  constexpr std::size_t longest = 64;  // no name of ours is as long
  if (word.size() > longest) return {};
  std::string best;
  std::size_t least = word.size() / 3 + 1;
  for (const std::string& candidate : known)
    if (const std::size_t d = distance(word, candidate); d < least) {
      best = candidate;
      least = d;
    }
  for (const std::string& candidate : known)
    if (best.empty() && std::min(word.size(), candidate.size()) >= least_in_common &&
        (candidate.starts_with(word) || word.starts_with(candidate)))
      best = candidate;
  return best;
}

}  // namespace pnfs_ha
