#include "growth.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "base/error.h"
#include "server/drain.h"
#include "server/file_use.h"

namespace pnfs_ha {
namespace {

constexpr std::uint64_t block = 4096;  // SharedLun::format()

}  // namespace

void rescan_here(Server& s, Growth& growth) {
  growth.servers = {{s.self.name, rescan_paths(s.host, s.lun.device())}};
}

void rescan_there(const Server& s, const AskSizes& ask, Growth& growth) {
  for (const ServerConfig& server : s.config.servers) {
    if (server.id == s.self.id) continue;
    try {
      growth.servers.push_back({server.name, ask(server)});
    } catch (const Error& error) {
      throw Error(server.name + " did not read the LUN's size again: " + error.what(), error.remedy());
    }
  }
}

void require_room(const Server& s, Growth& growth) {
  growth.before = s.lun.file_system_size();
  for (const ServerSizes& one : growth.servers) {
    const std::uint64_t size = agreed_size(one.server, one.paths);
    if (&one == &growth.servers.front()) growth.lun = size;
    if (size != growth.lun)
      throw Error(
          fmt::format("{} sees the LUN with {}, and this server with {}", one.server, size_text(size),
                      size_text(growth.lun)),
          "is it the same LUN, and has the storage system grown it for both? Wait a moment, then try again");
  }
  if (growth.lun < growth.before)
    throw Error(fmt::format("the LUN is smaller than its file system: {}, and {}", size_text(growth.lun),
                            size_text(growth.before)),
                "have the storage system give back what is missing, before anybody writes there");
  if (growth.lun - growth.before < block)
    throw Error("the LUN is as large as its file system: " + size_text(growth.lun),
                "grow it on the storage system first");
}

void require_idle(Server& s) {
  if (!s.nfs.wait_until_idle(idle_limit))
    throw Error("a request waits for a client that does not return a layout",
                "try again; nothing has changed yet");
}

void grow_to_the_end(Server& s, Growth& growth) {
  s.reservation.require_held();
  if (s.lun.access() != Access::read_write)
    throw Error("this server does not serve any more", "see `pnfs-ha status`");
  s.lun.grow_file_system();
  const std::uint64_t size = s.lun.file_system_size();
  // What is too small for an allocation group of its own stays unused (XFS_MIN_AG_BLOCKS).
  if (size <= growth.before)
    throw Error(
        fmt::format("xfs_growfs left it at {}, on a LUN of {}", size_text(size), size_text(growth.lun)),
        "grow the LUN by a megabyte at least");
  growth.after = size;
}

std::vector<ClientOfLun> clients_of_lun(const Server& s) {
  const auto keys = s.reservation.read(std::chrono::seconds(10), Reservation::Names::many).registrations;
  std::vector<ClientOfLun> clients;
  for (const NfsClient& client : s.nfs.clients()) {
    const auto key = std::ranges::find(keys, client.key, &pr::Registration::key);
    clients.push_back({.address = without_port(client.address),
                       .name = client.name,
                       .initiator = key == keys.end() ? "" : key->initiator});
  }
  return clients;
}

ClientCommands client_commands(const Path& device) {
  const std::string wwid = wwid_of_name(device);
  return {.rescan = "for f in $(grep -lx " + wwid +
                    R"( /sys/block/sd*/device/wwid); do echo 1 >"${f%wwid}rescan"; done)",
          // scsi_id puts the designator's type, 3 for NAA, before its digits.
          .multipath = "multipathd resize map 3" + wwid.substr(std::min(wwid.size(), sizeof "naa." - 1)),
          .check = "blockdev --getsize64 " + device.string()};
}

}  // namespace pnfs_ha
