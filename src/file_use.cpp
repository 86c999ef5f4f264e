#include "file_use.h"

#include <map>
#include <regex>
#include <sstream>

namespace pnfs_ha {

std::vector<FileUse> parse_file_uses(const std::string& client, const std::string& states) {
  static const std::regex state(
      R"re(type: (\w+)(?:, access: ([rw-]+))?.*superblock: "[^:"]*:[^:"]*:(\d+)", filename: "(.*?)")re");
  std::map<std::uint64_t, FileUse> found;
  std::istringstream lines(states);
  for (std::string line; std::getline(lines, line);) {
    std::smatch part;
    if (!std::regex_search(line, part, state)) continue;
    const std::uint64_t inode = std::stoull(part[3]);
    FileUse& use = found.try_emplace(inode, FileUse{client, inode, "/"}).first->second;
    if (use.name == "/") use.name = part[4];
    if (part[1] == "layout") use.layout = true;
    if ((part[1] == "open" || part[1] == "deleg") && part[2].str().find('w') != std::string::npos)
      use.writes = true;
  }
  std::vector<FileUse> uses;
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
