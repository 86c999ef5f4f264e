// The sockets below the wire. None of them blocks.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string>

#include "base/unique_fd.h"

namespace pnfs_ha {

// Of an IPv4 or IPv6 socket, as administrators write it: IPv4 also where it comes in IPv6's clothes, without
// a scope. Empty for others.
std::string numeric_address(const sockaddr_storage& address);

// Throw Error. The local one is for root only; what an earlier agent left at its path goes.
UniqueFd listen_locally(const std::string& path);
UniqueFd listen_on_network(int port);

// Throw Error, also when the limit is over.
UniqueFd connect_locally(const std::string& path, std::chrono::steady_clock::time_point end);
UniqueFd connect_to(const std::string& address, int port, std::chrono::steady_clock::time_point end);

// Waits until a descriptor is ready for these poll(2) events; throws Error when the limit is over.
void wait_for(int fd, short events, std::chrono::steady_clock::time_point end);

}  // namespace pnfs_ha
