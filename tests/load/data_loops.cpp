#include <random>

#include "loops.h"
#include "verdict.h"

namespace pnfs_load {
namespace {

class RandomBlocks {
 public:
  RandomBlocks(const std::vector<OpenFile>& files, std::uint64_t seed) : files_(files), random_(seed) {}

  void next() {
    file = std::uniform_int_distribution<std::size_t>(0, files_.size() - 1)(random_);
    block = std::uniform_int_distribution<std::uint64_t>(0, files_[file].file.blocks - 1)(random_);
  }

  std::size_t file = 0;
  std::uint64_t block = 0;

 private:
  const std::vector<OpenFile>& files_;
  std::mt19937_64 random_;
};

std::string describe(const PreparedFile& file, std::uint64_t block) {
  return name_of(file) + " block " + std::to_string(block);
}

}  // namespace

void read_loop(Scene& scene) {
  AlignedBuffer buffer(1);
  RandomBlocks pick(scene.files, scene.seed);
  for (Pace pace(scene.stop, scene.interval); pace.turn();) {
    pick.next();
    const OpenFile& target = scene.files[pick.file];
    const BlockState before = scene.ledger.state(pick.file, pick.block);
    const Instant start = Clock::now();
    scene.reads.begin("read", start);
    const Transfer transfer = target.handle.read(buffer.block(), pick.block * block_size);
    const Instant end = Clock::now();
    if (transfer.error_number != 0) {
      scene.reads.end_failed(transfer.error_number, describe(target.file, pick.block), end);
      continue;
    }
    scene.reads.end(end);
    const Allowed allowed = allowed_between(before, scene.ledger.state(pick.file, pick.block));
    const Verdict verdict = transfer.bytes < block_size
                                ? unreadable(allowed, "end of file")
                                : judge(read_stamp(buffer.block()), target.file.id, pick.block, allowed);
    if (verdict.judgement == Judgement::lost) {
      scene.violations.add(
          {start, "read", name_of(target.file), pick.block, verdict.expected, verdict.found});
    }
  }
}

void write_loop(Scene& scene) {
  AlignedBuffer buffer(1);
  RandomBlocks pick(scene.files, scene.seed + 1);
  for (Pace pace(scene.stop, scene.interval); pace.turn();) {
    pick.next();
    const OpenFile& target = scene.files[pick.file];
    const std::uint64_t sequence = scene.ledger.issue(pick.file, pick.block);
    write_stamp(buffer.block(), {target.file.id, pick.block, sequence});
    scene.writes.begin("write", Clock::now());
    const Transfer transfer = target.handle.write(buffer.block(), pick.block * block_size);
    const Instant end = Clock::now();
    if (transfer.error_number == 0 && transfer.bytes == block_size) {
      scene.ledger.acknowledge(pick.file, pick.block, sequence);
      scene.writes.end(end);
    } else {
      scene.writes.end_failed(transfer.error_number, describe(target.file, pick.block), end);
    }
  }
}

void machine_loop(Scene& scene) {
  for (Pace pace(scene.stop, scene.interval); pace.turn();) {
    scene.machine.begin("wake", pace.due());
    scene.machine.end(Clock::now());
  }
}

}  // namespace pnfs_load
