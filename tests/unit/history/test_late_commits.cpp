#include <gtest/gtest.h>

#include "fake/fake_host.h"
#include "history/late_commits.h"
#include "late_lines.h"

namespace pnfs_ha {
namespace {

class LateCommitsTest : public testing::Test {
 protected:
  void look(const std::string& text) {
    host.files[LateCommits::file] = text;
    commits.look(host);
  }

  FakeHost host;
  LateCommits commits;
};

TEST_F(LateCommitsTest, are_those_since_the_last_start_of_nfsd) {
  look(of_takeover);
  const auto& found = commits.by_number();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(2), (LateCommit{LateVerdict::accepted, "10.0.0.21", 131, 65536, 0, 0, 0, 1114111}));
  EXPECT_EQ(found.at(3).verdict, LateVerdict::too_late);
  EXPECT_EQ(found.at(3).last, 8191);
  EXPECT_EQ(commits.missing(), 0U);
}

TEST_F(LateCommitsTest, that_were_seen_once_are_known_when_nfsd_has_forgotten_them) {
  look(of_takeover);
  look("version=1 start=1800 first=2 next=4\n" + commit_133);
  EXPECT_EQ(commits.by_number().size(), 2U);
  EXPECT_EQ(commits.missing(), 0U);
}

TEST_F(LateCommitsTest, that_nfsd_has_forgotten_before_are_counted) {
  look("version=1 start=1800 first=2 next=4\n" + commit_133);
  EXPECT_EQ(commits.missing(), 1U);
}

TEST_F(LateCommitsTest, of_another_start_are_another_matter) {
  look(of_takeover);
  look("version=1 start=1900 first=4 next=4\n" + commit_131 + commit_133);
  EXPECT_TRUE(commits.by_number().empty());
  EXPECT_EQ(commits.missing(), 0U);
}

TEST_F(LateCommitsTest, cannot_be_read_in_another_format_or_from_stock_nfsd) {
  look("version=2 start=1800 first=2 next=4\n" + commit_131);
  EXPECT_FALSE(commits.readable());
  EXPECT_TRUE(commits.by_number().empty());
  host.files.erase(LateCommits::file);
  commits.look(host);
  EXPECT_FALSE(commits.readable());
}

TEST_F(LateCommitsTest, whose_verdict_is_new_were_not_accepted) {
  look("version=1 start=1800 first=2 next=3\n" +
       line(2, "1800", "verdict=postponed client=10.0.0.21 ino=131"));
  EXPECT_EQ(commits.by_number().at(2).verdict, LateVerdict::unknown);
}
}  // namespace
}  // namespace pnfs_ha
