// By what a LUN is known: the designation descriptors of its Device Identification page (VPD 83h, SPC-4 7.8.6).
#pragma once

#include <string>

#include "host/host.h"

namespace pnfs_ha {

// Designators of the logical unit itself, in hexadecimal digits; empty if it has none. A page that is cut off has what
// comes before.
struct Designators {
  std::string eui64, naa;
};
Designators parse_designators(const std::string& page);

// Throws UsageError for a disk that clients would not find. nfsd tells them the EUI-64 if there is one
// (nfsd4_block_get_unique_id()), and they look for a by-id name made of it (bl_open_path()); udev makes that of the
// NAA designator. Without a word all I/O would go through the server.
void require_findable(const Host& host, const Path& node);

}  // namespace pnfs_ha
