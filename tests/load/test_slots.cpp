// Slots must be what was done to them, and whoever verifies them must see a byte that is not.
#include <fcntl.h>

#include <sstream>

#include "direct_file.h"
#include "slots.h"
#include "test_program.h"

namespace pnfs_load {
namespace {

class SlotsTest : public WithDirectory {
 protected:
  bool use() const {
    SlotsOptions options{.directory = data, .report = home / "report"};
    options.slots = 8;
    options.duration = std::chrono::milliseconds(300);
    return use_slots(options);
  }
  bool verify() const { return verify_slots(data, home / "report"); }
  // Uses the slots until one of the first file holds something, or nothing: its number.
  std::uint64_t one_that(bool holds_something) const {
    for (;;) {
      EXPECT_TRUE(use());
      std::istringstream report(read_text(home / "report"));
      std::uint64_t file = 0, slot = 0, sequence = 0;
      while (report >> file >> slot >> sequence)
        if (file == 0 && (sequence != 0) == holds_something) return slot;
    }
  }
  void put(std::uint64_t slot, const Stamp& stamp) const {
    AlignedBuffer buffer(1);
    if (stamp.sequence != 0) write_stamp(buffer.block(), stamp);
    DirectFile(data / "slots-0", O_WRONLY).write(buffer.bytes(), slot * slot_blocks * block_size);
  }
};

TEST_F(SlotsTest, AreRightWhereNothingGoesWrong) {
  EXPECT_TRUE(use());
  EXPECT_TRUE(verify());
}

TEST_F(SlotsTest, ThatComeBackAreSeen) {
  const std::uint64_t slot = one_that(false);
  put(slot, {0, slot * slot_blocks, 1});
  EXPECT_FALSE(verify());
}

TEST_F(SlotsTest, ThatAreGoneAreSeen) {
  put(one_that(true), {});
  EXPECT_FALSE(verify());
}

TEST_F(SlotsTest, OfAnotherFileAreSeen) {
  const std::uint64_t slot = one_that(true);
  put(slot, {1, slot * slot_blocks, 1});
  EXPECT_FALSE(verify());
}

}  // namespace
}  // namespace pnfs_load
