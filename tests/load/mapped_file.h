// Reads and writes through mmap(2). A page that cannot be read or made dirty raises SIGBUS; here that is EIO.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pnfs_load {

enum class Msync { no, yes };

// Both answer 0 or an errno; the range must lie below the end of the file.
int read_mapped(int descriptor, std::span<std::byte> bytes, std::uint64_t offset);
int write_mapped(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset, Msync msync);

}  // namespace pnfs_load
