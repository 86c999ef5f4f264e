#include "off_mount.h"

#include <algorithm>

#include "error.h"
#include "mountstats.h"

namespace pnfs_load {

void require_off_mount(const Path& file, const Path& directory) {
  const Path parent = std::filesystem::weakly_canonical(std::filesystem::absolute(file)).parent_path();
  const auto below = std::mismatch(directory.begin(), directory.end(), parent.begin(), parent.end());
  const auto mine = current_mountstats(parent);
  const auto tested = current_mountstats(directory);
  const bool same_mount = mine && tested && is_nfs(*tested) && mine->mount_point == tested->mount_point;
  if (below.first == directory.end() || same_mount) {
    throw UsageError(file.string() +
                     " lies on the mount under test: it could not be written while that hangs");
  }
}

void make_room(const Path& file, const Path& directory) {
  require_off_mount(file, directory);
  write_text(file, "");
  std::filesystem::remove(file);
}

}  // namespace pnfs_load
