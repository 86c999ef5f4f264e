#include "report/in_the_way.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "server/lun_paths.h"
#include "server/state_mirror.h"

namespace pnfs_ha {
namespace {

// They belong there, and are stopped before anything is unmounted.
bool is_ours(const MountUser& user) {
  constexpr std::array names = {"pnfs-ha", "nfsdcld", "rpc.mountd", "exportfs"};
  return std::ranges::find(names, user.name) != names.end();
}

}  // namespace

std::vector<MountUser> in_the_way(const Host& host, const Path& lun) {
  std::vector<MountUser> found;
  for (const auto& device : {LunPaths(host, lun).in_use(), host.resolve(StateMirror::device)})
    if (device) std::ranges::move(host.users_of(*device), std::back_inserter(found));
  std::erase_if(found, is_ours);
  return found;
}

std::string to_text(const MountUser& user) {
  return fmt::format("{} ({}) uses {}", user.name, user.pid, user.path);
}

nlohmann::json to_json(const MountUser& user) {
  return {{"pid", user.pid}, {"name", user.name}, {"use", use_names.of(user.use)}, {"path", user.path}};
}

MountUser mount_user_from_json(const nlohmann::json& user) {
  return {.pid = value_of(user, "pid", 0),
          .name = value_of(user, "name", ""),
          .use = use_names.find(value_of(user, "use", "")).value_or(Use::directory),
          .path = value_of(user, "path", "")};
}

}  // namespace pnfs_ha
