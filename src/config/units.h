// The product's units, overlays/product/usr/lib/systemd/system.
#pragma once

namespace pnfs_ha::units {

constexpr const char* agent = "pnfs-ha-agent.service";
constexpr const char* keeper = "pnfs-ha-keeper.service";
constexpr const char* fencer = "pnfs-ha-fencer.service";
constexpr const char* nfsdcld = "pnfs-ha-nfsdcld.service";
constexpr const char* mountd = "pnfs-ha-mountd.service";
constexpr const char* keepalived = "pnfs-ha-keepalived.service";

}  // namespace pnfs_ha::units
