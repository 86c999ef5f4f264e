#include "fold.h"

#include <algorithm>
#include <sstream>

namespace pnfs_ha {
namespace {

// The first byte behind the first `columns` characters.
std::size_t bytes_of(const std::string& text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at)
    if ((text[at] & 0xC0) != 0x80 && seen++ == columns) break;
  return at;
}

}  // namespace

std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::string> fold(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream paragraphs(text);
  for (std::string rest; std::getline(paragraphs, rest);) {
    const std::string indent(std::min(rest.find_first_not_of(' '), rest.size()), ' ');
    rest.erase(0, indent.size());
    const std::size_t room = width > indent.size() + 1 ? width - indent.size() : 1;
    while (columns_of(rest) > room) {
      const std::size_t most = bytes_of(rest, room), space = rest.rfind(' ', most);
      const bool inside_a_word = space == std::string::npos || space == 0;
      lines.push_back(indent + rest.substr(0, inside_a_word ? most : space));
      rest.erase(0, inside_a_word ? most : space + 1);
    }
    lines.push_back(indent + rest);
  }
  return lines;
}

}  // namespace pnfs_ha
