// Texts as programs and the kernel's files end them.
#pragma once

#include <string>

namespace pnfs_ha {

inline std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace pnfs_ha
