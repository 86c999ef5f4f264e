#include "direct_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "error.h"

namespace pnfs_load {
namespace {

Transfer outcome(ssize_t result) {
  if (result < 0) return {errno, 0};
  return {0, static_cast<std::size_t>(result)};
}

}  // namespace

AlignedBuffer::AlignedBuffer(std::size_t blocks)
    : blocks_(blocks), memory_(static_cast<std::byte*>(std::aligned_alloc(block_size, blocks * block_size))) {
  if (!memory_) throw std::bad_alloc();
  std::memset(memory_.get(), 0, blocks * block_size);
}

void AlignedBuffer::Free::operator()(std::byte* memory) const {
  std::free(memory);
}

DirectFile::DirectFile(const Path& path, int flags)
    : path_(path), descriptor_(::open(path.c_str(), flags | O_DIRECT | O_CLOEXEC, 0644)) {
  if (descriptor_ < 0) throw Error::system("cannot open " + path.string() + " for direct I/O", errno);
}

DirectFile::DirectFile(DirectFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

DirectFile::~DirectFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Transfer DirectFile::read(std::span<std::byte> bytes, std::uint64_t offset) const {
  return outcome(::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset)));
}

Transfer DirectFile::write(std::span<const std::byte> bytes, std::uint64_t offset) const {
  return outcome(::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset)));
}

void DirectFile::sync() const {
  if (::fsync(descriptor_) != 0) throw Error::system("cannot sync " + path_.string(), errno);
}

}  // namespace pnfs_load
