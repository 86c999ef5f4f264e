// Who would be ended if this server had to leave: programs in the LUN's mount, or with a file of the NFS
// server's state. The keeper looks, the agent tells.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/host.h"

namespace pnfs_ha {

// Of the file systems that are mounted now. `lun` is the LUN's stable name.
std::vector<MountUser> in_the_way(const Host& host, const Path& lun);

// "bash (1234) uses /srv/pnfs-ha/images"
std::string to_text(const MountUser& user);

nlohmann::json to_json(const MountUser& user);
MountUser mount_user_from_json(const nlohmann::json& user);

}  // namespace pnfs_ha
