#include "server/file_use.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>

#include "base/number.h"

namespace pnfs_ha {

namespace {

// The value of `NAME: VALUE` in a line such as "- 0x…: { type: open, access: rw, …, filename: \"a\" }",
// without quotation marks; empty if there is none. There may be a hundred thousand of them once a second.
std::string_view value_of(std::string_view line, std::string_view name) {
  const std::size_t found = line.find(name);
  if (found == std::string_view::npos) return {};
  line.remove_prefix(found + name.size());
  if (!line.starts_with('"')) return line.substr(0, line.find_first_of(", }"));
  line.remove_prefix(1);
  return line.substr(0, std::min(line.find("\", "), line.find("\" }")));
}

// "08:00:131" → 131
std::uint64_t inode_of(std::string_view superblock) {
  return leading_number<std::uint64_t>(superblock.substr(superblock.rfind(':') + 1)).value_or(0);
}

}  // namespace

std::vector<FileUse> parse_file_uses(const std::string& client, const std::string& states) {
  std::map<std::uint64_t, FileUse> found;
  std::istringstream lines(states);
  for (std::string line; std::getline(lines, line);) {
    const std::string_view type = value_of(line, "type: ");
    const std::uint64_t inode = inode_of(value_of(line, "superblock: "));
    if (inode == 0) continue;
    FileUse& use = found.try_emplace(inode, FileUse{client, inode, "/"}).first->second;
    if (use.name == "/") use.name = value_of(line, "filename: ");
    if (type == "layout") use.layout = true;
    if ((type == "open" || type == "deleg") && value_of(line, "access: ").find('w') != std::string_view::npos)
      use.writes = true;
  }
  std::vector<FileUse> uses;
  uses.reserve(found.size());
  for (auto& [inode, use] : found) uses.push_back(std::move(use));
  return uses;
}

std::vector<FileUse> written_directly(std::vector<FileUse> uses) {
  std::erase_if(uses, [](const FileUse& use) { return !use.layout || !use.writes; });
  return uses;
}

std::string without_port(const std::string& address) {
  std::string host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

}  // namespace pnfs_ha
