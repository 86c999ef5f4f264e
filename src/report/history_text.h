// A takeover, for people.
#pragma once

#include <string>
#include <vector>

#include "history/history.h"

namespace pnfs_ha {

std::string describe(const Takeover& takeover);  // lines; local time

// Rows of a table, each a client, a file of it, and what became of that.
std::vector<std::vector<std::string>> describe_files(const Takeover& takeover);

}  // namespace pnfs_ha
