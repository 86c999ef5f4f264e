#include "slots.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <mutex>
#include <random>
#include <shared_mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "direct_file.h"
#include "error.h"
#include "off_mount.h"
#include "stop_signals.h"

namespace pnfs_load {
namespace {

constexpr std::uint64_t slot_bytes = slot_blocks * block_size;
constexpr unsigned most_told = 20;

// Its number is its stamps' file.
Path path_of(const Path& directory, std::uint64_t file) {
  return directory / ("slots-" + std::to_string(file));
}

// "block 3: file 1 block 51 sequence 7"; empty if the slot holds what it should.
std::string difference(AlignedBuffer& buffer, const Stamp& first) {
  for (std::size_t i = 0; i < slot_blocks; ++i) {
    const Reading read = read_stamp(buffer.block(i));
    const Stamp want{first.file, first.block + i, first.sequence};
    const bool right = first.sequence == 0 ? read.content == Content::blank
                                           : read.content == Content::stamped && read.stamp == want;
    if (right) continue;
    std::ostringstream text;
    text << "block " << i << " holds ";
    if (read.content == Content::blank)
      text << "zeros";
    else if (read.content == Content::foreign)
      text << "something foreign";
    else
      text << "file " << read.stamp.file << " block " << read.stamp.block << " sequence "
           << read.stamp.sequence;
    text << " instead of " << (first.sequence == 0 ? "zeros" : "sequence " + std::to_string(first.sequence));
    return text.str();
  }
  return {};
}

class SlottedFile {
 public:
  SlottedFile(const Path& directory, std::uint64_t number, std::size_t slots)
      : number_(number),
        file_(path_of(directory, number), O_RDWR | O_CREAT | O_TRUNC),
        locks_(slots),
        sequences_(slots, 0) {
    resize(slots);
  }

  void read(std::size_t slot, AlignedBuffer& buffer) const {
    const std::shared_lock lock(locks_[slot]);
    const Transfer transfer = file_.read(buffer.bytes(), slot * slot_bytes);
    require(transfer, "read", slot);
    if (const std::string wrong = difference(buffer, stamp(slot)); !wrong.empty())
      throw Error(name(slot) + ": " + wrong);
  }

  void write(std::size_t slot, AlignedBuffer& buffer, std::uint64_t sequence) {
    const std::unique_lock lock(locks_[slot]);
    const std::scoped_lock commits(writing_);
    sequences_[slot] = sequence;
    for (std::size_t i = 0; i < slot_blocks; ++i)
      write_stamp(buffer.block(i), {number_, slot * slot_blocks + i, sequence});
    require(file_.write(buffer.bytes(), slot * slot_bytes), "write", slot);
    file_.sync();
  }

  void punch(std::size_t slot) {
    const std::unique_lock lock(locks_[slot]);
    sequences_[slot] = 0;
    const int result = ::fallocate(file_.descriptor(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                   static_cast<off_t>(slot * slot_bytes), static_cast<off_t>(slot_bytes));
    if (result != 0) throw Error::system(name(slot) + ": cannot punch", errno);
  }

  // Cuts the file off and extends it again. Slots before that stay in use.
  void cut(std::size_t slot) {
    std::vector<std::unique_lock<std::shared_mutex>> taken;
    for (std::size_t i = slot; i < locks_.size(); ++i) taken.emplace_back(locks_[i]);
    resize(slot);
    resize(locks_.size());
    for (std::size_t i = slot; i < locks_.size(); ++i) sequences_[i] = 0;
  }

  std::string report() const {
    std::ostringstream text;
    for (std::size_t i = 0; i < sequences_.size(); ++i)
      text << number_ << ' ' << i << ' ' << sequences_[i] << '\n';
    return text.str();
  }

 private:
  Stamp stamp(std::size_t slot) const { return {number_, slot * slot_blocks, sequences_[slot]}; }
  std::string name(std::size_t slot) const {
    return "file " + std::to_string(number_) + " slot " + std::to_string(slot);
  }
  void require(const Transfer& transfer, const char* what, std::size_t slot) const {
    if (transfer.error_number != 0)
      throw Error::system(name(slot) + ": cannot " + what, transfer.error_number);
    if (transfer.bytes != slot_bytes) throw Error(name(slot) + ": short " + what);
  }
  void resize(std::size_t slots) {
    if (::ftruncate(file_.descriptor(), static_cast<off_t>(slots * slot_bytes)) != 0)
      throw Error::system("file " + std::to_string(number_) + ": cannot change the size", errno);
  }

  std::uint64_t number_;
  DirectFile file_;
  mutable std::vector<std::shared_mutex> locks_;  // of each slot
  std::mutex writing_;
  std::vector<std::uint64_t> sequences_;  // 0: zero
};

struct Tally {
  std::atomic<std::uint64_t> actions = 0, wrong = 0;
  std::atomic<std::uint64_t> sequence = 0;
  std::atomic<bool> stop = false;
};

void act(SlottedFile& file, std::size_t slot, unsigned chance, AlignedBuffer& buffer, Tally& tally) {
  if (chance < 2)
    file.cut(slot);
  else if (chance < 20)
    file.punch(slot);
  else if (chance < 50)
    file.write(slot, buffer, ++tally.sequence);
  else
    file.read(slot, buffer);
}

void use(SlottedFile& file, std::size_t slots, std::uint64_t seed, Tally& tally) {
  std::mt19937_64 random(seed);
  AlignedBuffer buffer(slot_blocks);
  while (!tally.stop) {
    const std::size_t slot = random() % slots;
    try {
      act(file, slot, static_cast<unsigned>(random() % 100), buffer, tally);
    } catch (const Error& error) {
      if (tally.wrong++ < most_told) std::printf("%s\n", error.what());
    }
    ++tally.actions;
  }
}

void wait_for_the_end(const std::optional<Clock::duration>& duration, const sigset_t& signals) {
  if (!duration) {
    int signal = 0;
    sigwait(&signals, &signal);
    return;
  }
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(*duration).count();
  const timespec limit{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  sigtimedwait(&signals, nullptr, &limit);
}

}  // namespace

bool use_slots(const SlotsOptions& options) {
  std::filesystem::create_directories(options.directory);
  make_room(options.report, options.directory);
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::vector<std::unique_ptr<SlottedFile>> files;
  for (unsigned i = 0; i < options.files; ++i)
    files.push_back(std::make_unique<SlottedFile>(options.directory, i, options.slots));
  Tally tally;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < options.files * options.threads; ++i)
      threads.emplace_back(
          [&, i] { use(*files[i % options.files], options.slots, options.seed * 1000 + i, tally); });
    wait_for_the_end(options.duration, signals);
    tally.stop = true;
  }
  std::string report;
  for (const auto& file : files) report += file->report();
  write_text(options.report, report);
  std::printf("seed %llu: %llu actions, %llu wrong\n", static_cast<unsigned long long>(options.seed),
              static_cast<unsigned long long>(tally.actions), static_cast<unsigned long long>(tally.wrong));
  return tally.wrong == 0;
}

bool verify_slots(const Path& directory, const Path& report) {
  std::istringstream lines(read_text(report));
  AlignedBuffer buffer(slot_blocks);
  std::uint64_t file = 0, slot = 0, sequence = 0, wrong = 0;
  while (lines >> file >> slot >> sequence) {
    const DirectFile opened(path_of(directory, file), O_RDONLY);
    const Transfer read = opened.read(buffer.bytes(), slot * slot_bytes);
    const std::string difference_found = read.error_number != 0 || read.bytes != slot_bytes
                                             ? "cannot be read"
                                             : difference(buffer, {file, slot * slot_blocks, sequence});
    if (difference_found.empty()) continue;
    if (wrong++ < most_told)
      std::printf("file %llu slot %llu: %s\n", static_cast<unsigned long long>(file),
                  static_cast<unsigned long long>(slot), difference_found.c_str());
  }
  return wrong == 0;
}

}  // namespace pnfs_load
