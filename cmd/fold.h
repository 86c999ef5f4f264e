// Text in lines of a given width.
#pragma once

#include <string>
#include <vector>

namespace pnfs_ha {

// Columns that UTF-8 text takes on a terminal, as long as none of its characters is wide.
std::size_t columns_of(const std::string& text);

// Breaks `text` where words end, and inside a word that is longer than a line. Newlines in it stay; each line
// begins with as many spaces as its paragraph does.
std::vector<std::string> fold(const std::string& text, std::size_t width);

}  // namespace pnfs_ha
