// Growing the LUN's file system: what is learnt on the way, and what the steps of `grow` (plan.h) do.
//
// Why the clients come first: xfs_growfs changes the generation of the device that layouts name (xfs_fs_map_blocks()), so
// a client asks for it anew, and remembers the size that its kernel has at that moment (bl_parse_scsi()) until it
// recovers from a takeover. What lies beyond, do_add_page_to_bio() refuses with EIO: it is read and written through the
// server, and the layout is returned. _pnfs_return_layout() drops what of that file was to be committed.
// The generation changes at the very end of xfs_growfs_data(), when the new part is in use already: a layout of that moment
// would name the old device, and bring even a client that knows the new size there. So nfsd gives none out meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "server.h"
#include "server/lun_size.h"

namespace pnfs_ha {

struct ServerSizes {
  std::string server;
  std::vector<PathSize> paths;
};

struct ClientOfLun {
  std::string address;    // without its port
  std::string name;       // as it calls itself
  std::string initiator;  // empty: it is not registered with the LUN, so it goes through the server now
};

struct Growth {
  std::vector<ServerSizes> servers;  // this one first
  std::uint64_t lun = 0;             // as all of them see it
  std::uint64_t before = 0;          // the file system; 0: not known yet
  std::uint64_t after = 0;           // 0: it has not grown
  std::vector<ClientOfLun> clients;
};

// How another server is asked to rescan. Throws Error.
using AskSizes = std::function<std::vector<PathSize>(const ServerConfig&)>;

void rescan_here(Server& server, Growth& growth);
void rescan_there(const Server& server, const AskSizes& ask, Growth& growth);

// Throws Error unless all servers see one size, and that is larger than the file system.
void require_room(const Server& server, Growth& growth);

// Throws Error if a request that has begun goes on waiting for a client's layout.
void require_idle(Server& server);

// Throws Error, before anything grows, if this server does not serve any more: an administrator took his time.
void grow_to_the_end(Server& server, Growth& growth);

std::vector<ClientOfLun> clients_of_lun(const Server& server);

// What an administrator runs on a client, as root: by the LUN's WWID, for every path of it.
struct ClientCommands {
  std::string rescan;
  std::string multipath;  // in addition, where dm-multipath has the LUN
  std::string check;      // prints the size in bytes
};

ClientCommands client_commands(const Path& device);  // "/dev/disk/by-id/wwn-0x…"

}  // namespace pnfs_ha
