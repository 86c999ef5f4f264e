// "Did you mean …": which of some words somebody probably wanted to write.
#pragma once

#include <string>
#include <vector>

namespace pnfs_ha {

// The most similar of `known`: a third of the letters of `word` may be wrong, and one may be the beginning of
// the other. Empty if there is none.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace pnfs_ha
