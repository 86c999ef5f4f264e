// A file opened with O_DIRECT, and memory such I/O can use. Page-aligned I/O of whole pages is what a pNFS
// block client sends to the disk itself; anything else goes through the server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "block_stamp.h"

namespace pnfs_load {

using Path = std::filesystem::path;

// Zeroed, aligned to a block.
class AlignedBuffer {
 public:
  explicit AlignedBuffer(std::size_t blocks);

  std::span<std::byte> bytes() { return {memory_.get(), blocks_ * block_size}; }
  Block block(std::size_t number = 0) { return Block(memory_.get() + number * block_size, block_size); }

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };
  std::size_t blocks_;
  std::unique_ptr<std::byte, Free> memory_;
};

// What read and write answer: they fail for a living, so no exceptions.
struct Transfer {
  int error_number = 0;
  std::size_t bytes = 0;
};

class DirectFile {
 public:
  // flags as for open(2), O_DIRECT and O_CLOEXEC are added. Throws Error.
  DirectFile(const Path& path, int flags);
  DirectFile(DirectFile&& other) noexcept;
  DirectFile& operator=(DirectFile&&) = delete;
  DirectFile(const DirectFile&) = delete;
  DirectFile& operator=(const DirectFile&) = delete;
  ~DirectFile();

  Transfer read(std::span<std::byte> bytes, std::uint64_t offset) const;
  Transfer write(std::span<const std::byte> bytes, std::uint64_t offset) const;
  void sync() const;  // throws Error

  int descriptor() const { return descriptor_; }

 private:
  Path path_;
  int descriptor_;
};

}  // namespace pnfs_load
