// What each block must hold: what was written and what was acknowledged. One thread writes a block, any
// thread may ask what a read of it has to bring back.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "prepared_files.h"
#include "verdict.h"

namespace pnfs_load {

struct BlockState {
  std::uint64_t acknowledged = 1;  // the last sequence whose write returned
  std::uint64_t issued = 1;        // the last sequence whose write began
  bool operator==(const BlockState&) const = default;
};

class Ledger {
 public:
  // Every block as `prepare` leaves it.
  explicit Ledger(const std::vector<PreparedFile>& files);

  // The block was found on the disk with this sequence before the run began.
  void found(std::size_t file, std::uint64_t block, std::uint64_t sequence);

  // To be called before the write; answers the sequence to write.
  std::uint64_t issue(std::size_t file, std::uint64_t block);
  // The write of that sequence has returned.
  void acknowledge(std::size_t file, std::uint64_t block, std::uint64_t sequence);

  BlockState state(std::size_t file, std::uint64_t block) const;

 private:
  struct Entry {
    std::atomic<std::uint64_t> acknowledged{1};
    std::atomic<std::uint64_t> issued{1};
  };
  std::vector<std::vector<Entry>> files_;
};

// What a read may bring back that began when the block was in the first state and ended in the second.
Allowed allowed_between(const BlockState& before, const BlockState& after);

}  // namespace pnfs_load
