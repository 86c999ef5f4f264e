// The history on the LUN, which servers of several versions read and write.
#include <gtest/gtest.h>

#include "base/format.h"
#include "fake/fake_host.h"
#include "history/history.h"

namespace pnfs_ha {
namespace {

using nlohmann::json;

const std::string file = std::string("/srv/pnfs-ha/") + History::file;

// As servers wrote it before there were formats: an outcome was its phrase.
const std::string first_format = R"([{"at": 86400, "server": "alpha", "former": "beta", "planned": false,
  "accepts_late_commits": true, "fenced": 1,
  "last_fenced": [{"key": "0x6a5f3c1100000007", "initiator": "iqn.x:c", "why": "gone", "at": 86401}],
  "counts": {"committed late": 1, "nothing to commit": 2, "client gone": 3, "in doubt": 4, "may have lost blocks": 5},
  "files": [{"client": "10.0.0.21", "inode": 131, "path": "db/data", "fate": "committed late", "why": "65536 bytes"},
            {"client": "10.0.0.22", "inode": 132, "path": "/", "fate": "may have lost blocks", "why": "refused"}],
  "more": 7}])";

const Takeover takeover{
    .at = 86400,
    .server = "alpha",
    .previous = "beta",
    .planned = false,
    .accepts_late_commits = true,
    .fenced = 1,
    .last_fenced = {{.key = 0x6a5f3c1100000007, .initiator = "iqn.x:c", .why = "gone", .at = 86401}},
    .counts = {{Outcome::committed_late, 1},
               {Outcome::nothing_to_commit, 2},
               {Outcome::client_gone, 3},
               {Outcome::in_doubt, 4},
               {Outcome::may_have_lost_blocks, 5}},
    .files = {{"10.0.0.21", 131, "db/data", Outcome::committed_late, "65536 bytes"},
              {"10.0.0.22", 132, "/", Outcome::may_have_lost_blocks, "refused"}},
    .untold = 0,
    .more = 7};

class HistoryTest : public testing::Test {
 protected:
  FakeHost host;
  History history{host, "/srv/pnfs-ha"};
};

TEST_F(HistoryTest, of_servers_that_knew_no_formats_is_read) {
  host.files[file] = first_format;
  EXPECT_EQ(history.read().takeovers, std::vector<Takeover>{takeover});
  EXPECT_EQ(history.read().unread, "");
}

TEST_F(HistoryTest, what_is_written_is_read) {
  history.add(takeover);
  EXPECT_EQ(history.read().takeovers, std::vector<Takeover>{takeover});
}

TEST_F(HistoryTest, outcomes_have_identifiers_that_do_not_change) {
  const json record = to_json(takeover);
  EXPECT_EQ(record["format"], 2);
  EXPECT_EQ(record["files"][0]["outcome"], "committed_late");
  EXPECT_EQ(
      record["counts"],
      json::parse(
          R"({"committed_late": 1, "nothing_to_commit": 2, "client_gone": 3, "in_doubt": 4, "may_have_lost_blocks": 5})"));
  EXPECT_STREQ(to_string(Outcome::committed_late), "committed late");
}

// A standby of an older version writes beside this one's records, and the other way round.
TEST_F(HistoryTest, records_of_several_formats_stand_side_by_side) {
  const json newer = {{"format", 3}, {"when", "2031-01-01"}};
  host.files[file] = json::array({json::parse(first_format).at(0), newer}).dump();
  history.add(takeover);
  const json all = json::parse(host.text(file));
  EXPECT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0]["counts"]["committed late"], 1);
  EXPECT_EQ(all[1], newer);
  EXPECT_EQ(history.read().takeovers, (std::vector<Takeover>{takeover, takeover}));
  EXPECT_EQ(history.read().unread,
            "a takeover in the history was made by a newer pnfs-ha (format 3; this one knows formats up to "
            "2): update pnfs-ha on this server");
}

TEST_F(HistoryTest, of_a_newer_format_is_neither_read_nor_overwritten) {
  host.files[file] = R"({"format": 2, "takeovers": []})";
  EXPECT_TRUE(history.read().takeovers.empty());
  EXPECT_EQ(history.read().unread,
            "the history of takeovers was made by a newer pnfs-ha (format 2; this one knows formats up to "
            "1): update pnfs-ha on this server");
  EXPECT_THROW(history.add(takeover), NewerFormat);
}

TEST_F(HistoryTest, an_outcome_that_is_none_reassures_nobody) {
  const Takeover odd = takeover_from_json(json::parse(R"({"format": 2, "files": [{"outcome": "fine"}]})"));
  EXPECT_EQ(odd.files.at(0).outcome, Outcome::may_have_lost_blocks);
}

TEST_F(HistoryTest, forgets_the_oldest) {
  for (std::size_t i = 0; i < History::kept + 3; ++i) {
    Takeover next;
    next.previous = std::to_string(i);
    history.add(next);
  }
  EXPECT_EQ(history.read().takeovers.size(), History::kept);
  EXPECT_EQ(history.read().takeovers.front().previous, "3");
}

}  // namespace
}  // namespace pnfs_ha
