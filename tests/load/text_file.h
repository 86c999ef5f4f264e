// Small files outside the mount under test.
#pragma once

#include <filesystem>
#include <string>

namespace pnfs_load {

using Path = std::filesystem::path;

std::string read_text(const Path& path);  // throws Error

// Atomic and durable: another name, synced, renamed. Throws Error.
void write_text(const Path& path, const std::string& text);

}  // namespace pnfs_load
