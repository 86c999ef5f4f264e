#include "sweep.h"

#include <fcntl.h>

#include <algorithm>

#include "direct_file.h"
#include "error.h"

namespace pnfs_load {
namespace {

constexpr std::uint64_t chunk_blocks = 256;  // 1 MiB a read

SweptBlock read_one(const DirectFile& file, AlignedBuffer& buffer, std::uint64_t number) {
  const Transfer transfer = file.read(buffer.block(), number * block_size);
  if (transfer.error_number != 0) return {number, {}, describe_errno(transfer.error_number)};
  if (transfer.bytes < block_size) return {number, {}, "end of file"};
  return {number, read_stamp(buffer.block()), {}};
}

}  // namespace

void sweep(const Path& path, std::uint64_t blocks, const std::function<void(const SweptBlock&)>& visit) {
  const DirectFile file(path, O_RDONLY);
  AlignedBuffer buffer(chunk_blocks);
  for (std::uint64_t first = 0; first < blocks; first += chunk_blocks) {
    const auto count = static_cast<std::size_t>(std::min(chunk_blocks, blocks - first));
    const auto bytes = buffer.bytes().first(count * block_size);
    const Transfer transfer = file.read(bytes, first * block_size);
    // One bad block spoils the piece it is in: ask for each of them alone to name it.
    const bool whole = transfer.error_number == 0 && transfer.bytes == bytes.size();
    for (std::size_t i = 0; i < count; ++i) {
      visit(whole ? SweptBlock{first + i, read_stamp(buffer.block(i)), {}}
                  : read_one(file, buffer, first + i));
    }
  }
}

}  // namespace pnfs_load
