#pragma once

#include <string>
#include <vector>

#include "base/names.h"
#include "host/files.h"
#include "host/part.h"

namespace pnfs_ha {

// How a process keeps a file system from being unmounted.
enum class Use {
  directory,  // its working directory, its root or its program is there
  file,       // a file there is open or mapped
  own_mount,  // its mount namespace has a copy of the mount that unmounting does not reach (private propagation,
              // mount_namespaces(7))
};

inline constexpr auto use_names =
    names<Use>({{Use::directory, "directory"}, {Use::file, "file"}, {Use::own_mount, "own mount"}});

struct MountUser {
  int pid = 0;
  std::string name;  // its command, as ps(1) has it
  Use use = Use::directory;
  std::string path;  // what it uses
  bool operator==(const MountUser&) const = default;
};

class Processes : public Part {
 public:
  // Which processes, but for this one, use the file system of a block device. Looks at /proc only, and at no
  // file system: none of them can make it wait.
  virtual std::vector<MountUser> users_of(const Path& device) const = 0;
  // Kills them (SIGKILL), and answers whom.
  virtual std::vector<MountUser> end_users_of(const Path& device) = 0;
};

}  // namespace pnfs_ha
