#include "server/designators.h"

#include <spdlog/fmt/fmt.h>

#include "base/error.h"
#include "server/lun_paths.h"

namespace pnfs_ha {

Designators parse_designators(const std::string& page) {
  constexpr std::size_t header = 4;  // of the page, and of each descriptor
  constexpr int logical_unit = 0, binary = 1, eui64 = 2, naa = 3;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(page[at]); };
  Designators found;
  for (std::size_t at = header; at + header <= page.size(); at += header + byte(at + 3)) {
    const std::size_t length = byte(at + 3);
    const bool whole = at + header + length <= page.size();
    if (!whole || (byte(at + 1) >> 4 & 3) != logical_unit || (byte(at) & 15) != binary) continue;
    const int type = byte(at + 1) & 15;
    std::string digits;
    for (std::size_t i = 0; i < length; ++i) digits += fmt::format("{:02x}", byte(at + header + i));
    if (type == eui64 && found.eui64.empty()) found.eui64 = digits;
    if (type == naa && found.naa.empty()) found.naa = digits;
  }
  return found;
}

void require_findable(const Host& host, const Path& node) {
  const auto page = host.read_file(sysfs_of(node) / "device/vpd_pg83");
  const Designators known = parse_designators(page.value_or(""));
  if (known.eui64.empty() || known.eui64 == known.naa) return;
  throw UsageError(node.string() + " has an EUI-64 designator (" + known.eui64 +
                       "), which nfsd tells clients; they know the LUN by the other one, naa." + known.naa,
                   "have the storage system give the LUN an NAA designator only (VPD page 83h)");
}

}  // namespace pnfs_ha
