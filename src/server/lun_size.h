// How large the LUN is. The kernel keeps a size for each path, and goes by it until it is told to ask again.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/host.h"

namespace pnfs_ha {

// What one path says, docs/protocol.md.
struct PathSize {
  std::string device;       // "sda"
  std::uint64_t bytes = 0;  // as the kernel has it
  std::string trouble;      // why the LUN was not asked by this path; empty: it was

  bool operator==(const PathSize&) const = default;
};

nlohmann::json to_json(const PathSize& path);
PathSize path_size_from_json(const nlohmann::json& path);

// device: a name below /dev/disk/by-id. The first one is in use (lun_paths.h).
std::vector<PathSize> known_sizes(const Host& host, const Path& device);

// Has the kernel ask the LUN by every path first. One that does not work is left alone: the LUN is asked by it when
// it is used again, and to ask by a dead one takes minutes.
std::vector<PathSize> rescan_paths(Host& host, const Path& device);

// What all paths say that were asked. Throws Error if they say different things, or if none was asked. whose: "mds1"
std::uint64_t agreed_size(const std::string& whose, const std::vector<PathSize>& paths);

// "4.0 GiB (4294967296 bytes)"
std::string size_text(std::uint64_t bytes);

// Of an XFS, as `xfs_growfs -n` tells it; nullopt if that is not what the text is.
std::optional<std::uint64_t> parse_xfs_size(const std::string& geometry);

}  // namespace pnfs_ha
