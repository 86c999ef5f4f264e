// A record that is damaged, lost or written by two at once does not pass.
#include <gtest/gtest.h>

#include "error.h"
#include "shared_record.h"
#include "test_program.h"

namespace pnfs_load {
namespace {

SharedRecord record(unsigned life, unsigned actions) {
  SharedRecord made{life, {}};
  for (unsigned number = 1; number <= actions; ++number)
    made.history.push_back({Kind::write_direct, number * 4096, 4096, number, 1 + number % 2});
  return made;
}

std::string why_not(const std::string& text) {
  try {
    parse_record(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(SharedRecord, is_read_as_it_is_written) {
  const SharedRecord read = parse_record(to_text(record(3, 17)));
  EXPECT_EQ(read.life, 3U);
  EXPECT_EQ(read.history, record(3, 17).history);
  EXPECT_EQ(parse_record("").life, 0U);
}

TEST(SharedRecord, no_damage_passes) {
  const std::string good = to_text(record(3, 17));
  EXPECT_EQ(why_not(good), "");
  for (std::size_t length = 1; length < good.size(); ++length) {
    EXPECT_NE(why_not(good.substr(0, length)), "") << length;
    EXPECT_NE(why_not(good.substr(0, length) + std::string(good.size() - length, '\0')), "") << length;
  }
  // A newer one, written over an older, longer one that was not cut.
  EXPECT_NE(why_not(to_text(record(3, 16)) + good.substr(to_text(record(3, 16)).size())), "");
}

class Journaled : public WithDirectory {
 protected:
  static constexpr const char* name = "shared-0.record";
};

TEST_F(Journaled, a_record_may_only_grow_or_begin_anew) {
  RecordJournal journal{std::nullopt};
  EXPECT_FALSE(journal.contradiction(name, record(2, 5)));
  journal.remember(name, record(2, 5));
  EXPECT_FALSE(journal.contradiction(name, record(2, 5)));
  EXPECT_FALSE(journal.contradiction(name, record(2, 9)));
  EXPECT_FALSE(journal.contradiction(name, record(3, 0)));
  EXPECT_FALSE(journal.contradiction("shared-1.record", record(1, 1)));
  EXPECT_EQ(journal.contradiction(name, record(2, 4)), "had 5 actions of life 2, has 4 actions of life 2");
  EXPECT_EQ(journal.contradiction(name, record(1, 9)), "had 5 actions of life 2, has 9 actions of life 1");
  EXPECT_EQ(journal.contradiction(name, {}), "had 5 actions of life 2, has 0 actions of life 0");
  SharedRecord changed = record(2, 9);
  changed.history[3].length += 1;
  EXPECT_EQ(journal.contradiction(name, changed), "the first 5 actions of life 2 are not what they were");
}

TEST_F(Journaled, is_known_to_the_next_process) {
  RecordJournal(home / "journal").remember(name, record(2, 5));
  const RecordJournal again(home / "journal");
  EXPECT_FALSE(again.contradiction(name, record(2, 5)));
  EXPECT_TRUE(again.contradiction(name, record(2, 4)));
  write_text(home / "journal", "something else\n");
  EXPECT_THROW(RecordJournal(home / "journal"), Error);
}

}  // namespace
}  // namespace pnfs_load
