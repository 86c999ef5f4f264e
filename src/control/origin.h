#pragma once

namespace pnfs_ha {

// Where a question came from decides what it may ask: this server, an address of another one of the cluster, or
// anywhere else. Addresses can be forged; the servers do not prove who they are yet.
enum class Origin { local, peer, network };

}  // namespace pnfs_ha
