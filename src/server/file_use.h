// Which clients use which files, as nfsd tells it in /proc/fs/nfsd/clients/N/states.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace pnfs_ha {

struct FileUse {
  std::string client;  // its address, without the port
  std::uint64_t inode = 0;
  std::string name;     // the last two parts of the path at most; "/" if nfsd does not know it
  bool layout = false;  // holds a layout: reads or writes the LUN itself (RFC 8881 12.2.3)
  bool writes = false;  // holds an open or a delegation for writing

  auto operator<=>(const FileUse&) const = default;
};

// The files of one client, each once, by inode. `states` as written by states_show() (fs/nfsd/nfs4state.c).
std::vector<FileUse> parse_file_uses(const std::string& client, const std::string& states);

// Those in which data may be that is not committed: written through a layout.
std::vector<FileUse> written_directly(std::vector<FileUse> uses);

// "10.0.0.21:785" → "10.0.0.21", "[fd00::1]:785" → "fd00::1"
std::string without_port(const std::string& address);

}  // namespace pnfs_ha
