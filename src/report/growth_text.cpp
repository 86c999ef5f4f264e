#include "report/growth_text.h"

#include <spdlog/fmt/fmt.h>

#include "base/json.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

json size_or_null(std::uint64_t bytes) {
  return bytes == 0 ? json() : json(bytes);
}

}  // namespace

json to_json(const Growth& growth, const Path& device) {
  json servers = json::array(), clients = json::array();
  for (const ServerSizes& one : growth.servers)
    servers.push_back({{"name", one.server}, {"paths", to_array(one.paths)}});
  for (const ClientOfLun& client : growth.clients)
    clients.push_back({{"address", client.address}, {"name", client.name}, {"initiator", client.initiator}});
  const ClientCommands commands = client_commands(device);
  return {{"format", 1},
          {"lun", size_or_null(growth.lun)},
          {"file_system", {{"before", size_or_null(growth.before)}, {"after", size_or_null(growth.after)}}},
          {"servers", servers},
          {"clients", clients},
          {"commands",
           {{"rescan", commands.rescan}, {"multipath", commands.multipath}, {"check", commands.check}}}};
}

std::vector<std::vector<std::string>> describe_paths(const Growth& growth) {
  std::vector<std::vector<std::string>> rows;
  for (const ServerSizes& one : growth.servers)
    for (const PathSize& path : one.paths)
      rows.push_back({one.server, path.device,
                      path.trouble.empty() ? size_text(path.bytes) : "not asked: " + path.trouble});
  return rows;
}

std::vector<std::vector<std::string>> describe_clients(const Growth& growth) {
  std::vector<std::vector<std::string>> rows;
  for (const ClientOfLun& client : growth.clients)
    rows.push_back(
        {client.address, client.initiator.empty() ? "not registered" : client.initiator, client.name});
  return rows;
}

std::string describe_commands(const Growth& growth, const Path& device) {
  const ClientCommands commands = client_commands(device);
  return fmt::format("  {}\n  {}    # with dm-multipath only\n  {}    # {}\n", commands.rescan,
                     commands.multipath, commands.check,
                     growth.lun == 0 ? "prints the new size" : fmt::format("prints {}", growth.lun));
}

}  // namespace pnfs_ha
