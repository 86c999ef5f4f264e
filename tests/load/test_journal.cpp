#include <gtest/gtest.h>

#include "error.h"
#include "journal.h"

namespace pnfs_load {
namespace {

TEST(Journal, carries_every_block_s_state_to_verify_and_back) {
  const std::vector<PreparedFile> files{{0, 0xabc, 4}, {1, 0xdef, 2}};
  Ledger ledger(files);
  ledger.acknowledge(0, 2, ledger.issue(0, 2));
  ledger.issue(1, 0);

  const Journal journal = to_journal(files, ledger);
  const Journal expected{{0, 0xabc, {{1, 1}, {1, 1}, {2, 2}, {1, 1}}}, {1, 0xdef, {{1, 2}, {1, 1}}}};
  EXPECT_EQ(journal, expected);
  EXPECT_EQ(to_text(journal),
            "pnfs-load journal 1\n"
            "file 0 0000000000000abc 4\n"
            "0 2 2 2\n"
            "file 1 0000000000000def 2\n"
            "1 0 1 2\n");
  EXPECT_EQ(parse_journal(to_text(journal)), journal);
}

std::string complaint_about(const std::string& text) {
  try {
    parse_journal(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

TEST(Journal, names_the_line_that_makes_no_sense) {
  const std::string head = "pnfs-load journal 1\nfile 0 0000000000000abc 4\n";
  EXPECT_EQ(complaint_about(head + "0 3 2 2\n"), "none");
  EXPECT_EQ(complaint_about(""), "not a journal: it does not begin with \"pnfs-load journal 1\"");
  for (const char* bad : {"0 4 2 2", "1 0 2 2", "0 3 2", "0 3 2 1", "0 3 2 2 2", "file 1 abc 4", "x", ""}) {
    EXPECT_EQ(complaint_about(head + bad + "\n"),
              "journal line 3 makes no sense: \"" + std::string(bad) + "\"");
  }
}

TEST(FileName, carries_the_index_and_the_id) {
  EXPECT_EQ(to_name(3, 0xdeadbeef), "data-3-00000000deadbeef.blk");
  const auto name = parse_name("data-3-00000000deadbeef.blk");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->index, 3U);
  EXPECT_EQ(name->id, 0xdeadbeefU);
  for (const char* other : {"held.lock", "data-3-deadbeef.blk", "data--00000000deadbeef.blk", "data-3.blk",
                            "data-3-00000000deadbeeg.blk", "data-3-00000000deadbeef.blk.tmp"}) {
    EXPECT_FALSE(parse_name(other)) << other;
  }
}

}  // namespace
}  // namespace pnfs_load
