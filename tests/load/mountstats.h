// What the NFS client counts for a mount: /proc/self/mountstats (kernel: fs/nfs/super.c nfs_show_stats(),
// net/sunrpc/stats.c rpc_clnt_show_stats()).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "text_file.h"

namespace pnfs_load {

struct MountStats {
  std::string device;       // "10.77.0.100:/"
  std::string mount_point;  // "/mnt/pnfs"
  std::string type;         // "nfs4"
  std::string version;      // "4.2"; empty if the mount is not NFS
  std::string layout;       // "LAYOUT_SCSI", "not configured"; empty if the client knows no pNFS
  std::map<std::string, std::uint64_t> operations;  // "READ": how many were answered
  bool operator==(const MountStats&) const = default;
};

bool is_nfs(const MountStats& mount);

// Every mount of the text, in its order.
std::vector<MountStats> parse_mountstats(const std::string& text);

// The mount a path lies on: the longest mount point above it; of two on the same point the later one, which
// covers the earlier. The path must be absolute and free of symbolic links.
std::optional<MountStats> mount_of(const std::vector<MountStats>& mounts, const std::string& path);

// Reads the kernel's file. Does not touch the mount itself, so it answers while the server is away.
std::optional<MountStats> current_mountstats(const Path& canonical_path);

nlohmann::ordered_json to_json(const MountStats& mount);
MountStats mountstats_from_json(const nlohmann::json& json);

// Did the data go to the disk itself? READ, READ_PLUS and WRITE are what goes through the server instead; all
// three must stay, for a client falls back silently.
struct DirectIo {
  std::string layout;
  std::int64_t layoutget = 0;
  std::int64_t layoutcommit = 0;
  std::int64_t getdeviceinfo = 0;
  std::int64_t read = 0;
  std::int64_t read_plus = 0;
  std::int64_t write = 0;

  bool direct() const { return layout == "LAYOUT_SCSI" && read == 0 && read_plus == 0 && write == 0; }
};

DirectIo direct_io(const MountStats& before, const MountStats& after);
nlohmann::ordered_json to_json(const DirectIo& direct);

}  // namespace pnfs_load
