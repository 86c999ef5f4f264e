// What is said, after a takeover, of the files that were being written directly.
#include "direct_files.h"
#include "history/layout_audit.h"
#include "late_lines.h"

namespace pnfs_ha {
namespace {

FileOutcome of(const FileUse& file, Outcome outcome, const std::string& why) {
  return {file.client, file.inode, file.name, outcome, why};
}

// The report said nothing of those that it left out.
TEST_F(DirectFiles, too_many_are_counted) {
  std::string many;
  for (std::size_t inode = 1; inode <= LayoutJournal::most_files + 7; ++inode)
    for (const char* state : {"type: open, access: rw, deny: --", "type: layout"})
      many += "- 0x01: { " + std::string(state) + ", superblock: \"08:00:" + std::to_string(inode) + "\" }\n";
  host.files[client_states] = many;
  for (std::size_t takeover = 1; takeover <= 2; ++takeover) {
    LayoutJournal(host, nfs, "/srv/pnfs-ha").save();
    journal.take_over();
    EXPECT_EQ(journal.to_judge()->files.size(), takeover * LayoutJournal::most_files);
    EXPECT_EQ(journal.to_judge()->more, takeover * 7);
  }
  LayoutAudit audit(host, nfs, journal, History(host, "/srv/pnfs-ha"), 15);
  audit.watch();
  host.pass(std::chrono::seconds(30));
  audit.watch();
  EXPECT_EQ(History(host, "/srv/pnfs-ha").read().takeovers.back().more, 14U);
}

Evidence saw(std::vector<LateCommit> commits, std::set<std::string> clients, bool accepts_late_commits) {
  Evidence seen;
  seen.commits = std::move(commits);
  seen.clients = std::move(clients);
  seen.accepts_late_commits = accepts_late_commits;
  return seen;
}

FileOutcome only(const std::vector<FileOutcome>& outcomes) {
  EXPECT_EQ(outcomes.size(), 1U);
  return outcomes.front();
}

TEST(Judgement, of_a_file_whose_client_committed_late) {
  const LateCommit commit{LateVerdict::accepted, "10.0.0.21", 131, 65536, 0, 0, 0, 65535};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({commit}, {"10.0.0.21"}, true))),
            of(data, Outcome::committed_late, "65536 bytes"));
}

TEST(Judgement, of_a_commit_that_was_refused_or_came_in_part) {
  const LateCommit refused{LateVerdict::too_late, "10.0.0.21", 131, 0, 0, 0, 4096, 8191};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({refused}, {"10.0.0.21"}, true))),
            of(data, Outcome::may_have_lost_blocks,
               "its late commit was refused, too late, from byte 4096 to 8191"));
  const LateCommit part{LateVerdict::accepted, "10.0.0.21", 131, 4096, 8192, 4096, 0, -1};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({part}, {"10.0.0.21"}, true))),
            of(data, Outcome::may_have_lost_blocks,
               "8192 bytes from 4096 on had been cut off or replaced meanwhile"));
}

TEST(Judgement, of_a_file_without_a_late_commit) {
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({}, {"10.0.0.21"}, true))).outcome,
            Outcome::nothing_to_commit);
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({}, {"10.0.0.22"}, true))).outcome,
            Outcome::client_gone);
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({}, {"10.0.0.21"}, false))).outcome,
            Outcome::may_have_lost_blocks);
}

// It comes again, and is complete; but what the client wrote since it had sent it first is nowhere.
TEST(Judgement, of_a_file_whose_commit_was_under_way) {
  const LateCommit first{LateVerdict::under_way, "10.0.0.21", 131, 0, 0, 0, 0, 65535};
  const LateCommit again{LateVerdict::accepted, "10.0.0.21", 131, 65536, 0, 0, 0, 65535};
  Evidence seen = saw({first, again}, {"10.0.0.21"}, true);
  EXPECT_EQ(only(judge({"alpha", false, {data}}, seen)), of(data, Outcome::committed_late, "65536 bytes"));
  seen.in_doubt[131] = {{131072, 393216}, {524288, 528384}};
  const FileOutcome found = only(judge({"alpha", false, {data}}, seen));
  EXPECT_EQ(found.outcome, Outcome::in_doubt);
  EXPECT_NE(found.why.find("among the unwritten bytes 131072 to 393215, 524288 to 528383"), std::string::npos)
      << found.why;
  seen.clients.clear();
  seen.commits = {first};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, seen)).outcome, Outcome::client_gone);
}

TEST(Judgement, where_nfsd_tells_nothing) {
  Evidence seen = saw({}, {"10.0.0.21"}, true);
  seen.tells_of_them = false;
  EXPECT_EQ(only(judge({"alpha", false, {data}}, seen)).outcome, Outcome::may_have_lost_blocks);
}

TEST(Judgement, of_a_late_commit_of_nothing_but_times) {
  const LateCommit commit{LateVerdict::accepted, "10.0.0.21", 131, 0, 0, 0, 0, 4095};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({commit}, {"10.0.0.21"}, true))).outcome,
            Outcome::nothing_to_commit);
}

TEST(Judgement, of_a_file_that_was_too_young_for_the_journal) {
  const LateCommit commit{LateVerdict::accepted, "10.0.0.21", 140, 4096, 0, 0, 0, 4095};
  const FileOutcome found = only(judge({"alpha", false, {}}, saw({commit}, {"10.0.0.21"}, true)));
  EXPECT_EQ(found.outcome, Outcome::committed_late);
  EXPECT_EQ(found.inode, 140U);
}

class TakenOver : public DirectFiles {
 protected:
  TakenOver() {
    journal.save();
    journal.take_over();
  }

  LayoutAudit audit{host, nfs, journal, History(host, "/srv/pnfs-ha"), 15};
  const History history{host, "/srv/pnfs-ha"};
};

TEST_F(TakenOver, outcomes_go_down_in_history_once_no_commit_can_come_any_more) {
  host.clock = 1'800'000'000;
  host.files["/run/pnfs-ha/nfsd-started"] = std::to_string(host.uptime().count());
  host.files["/proc/fs/nfsd/v4_end_grace"] = "N\n";
  audit.watch();
  host.files[LateCommits::file] = of_takeover;
  audit.watch();
  host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
  audit.watch();
  host.files[LateCommits::file] =
      "version=1 start=1800 first=2 next=5\n";  // has forgotten them, and one more
  host.files["/run/pnfs-ha/fencer.json"] = R"({"term": )" + host.files["/run/pnfs-ha/nfsd-started"] +
                                           R"(, "count": 2, "fenced": [{"key": "0x1"}]})";
  host.pass(std::chrono::seconds(29));
  audit.watch();
  EXPECT_TRUE(history.read().takeovers.empty());
  host.pass(std::chrono::seconds(1));
  audit.watch();
  ASSERT_EQ(history.read().takeovers.size(), 1U);
  const Takeover last = history.read().takeovers.back();
  EXPECT_EQ(last.at, 1'800'000'000) << "of the takeover, not of the judgement";
  EXPECT_EQ(last.counts.at(Outcome::committed_late), 1U);
  EXPECT_EQ(last.counts.at(Outcome::may_have_lost_blocks), 1U);
  EXPECT_FALSE(last.planned);
  EXPECT_EQ(last.untold, 1U);
  EXPECT_EQ(last.fenced, 2);
  const Fenced gone{.key = 1, .initiator = {}, .why = {}, .at = 0};
  EXPECT_EQ(last.last_fenced, std::vector<Fenced>{gone});
  EXPECT_FALSE(journal.to_judge());
}

TEST_F(TakenOver, a_file_is_opened_for_its_doubts_when_no_commit_can_come_any_more_and_patiently) {
  host.files[LateCommits::file] = under_way(131);
  host.unwritten[131] = {{0, 4096}};
  audit.watch();  // clients have their delegations back
  host.unwritten.clear();
  host.pass(std::chrono::seconds(30));
  audit.watch();  // asks for the file's delegation; its client has not returned it
  EXPECT_TRUE(history.read().takeovers.empty());
  host.unwritten[131] = {{12288, 20480}};
  host.pass(std::chrono::seconds(1));
  audit.watch();
  ASSERT_EQ(history.read().takeovers.size(), 1);
  const Takeover last = history.read().takeovers.back();
  EXPECT_EQ(last.counts.at(Outcome::in_doubt), 1U);
  EXPECT_NE(last.files.at(0).why.find("among the unwritten bytes 12288 to 20479"), std::string::npos)
      << last.files.at(0).why;
}

TEST_F(TakenOver, a_file_that_cannot_be_opened_holds_up_history_for_a_lease) {
  host.files[LateCommits::file] = under_way(999);
  audit.watch();
  host.pass(std::chrono::seconds(44));
  audit.watch();
  EXPECT_TRUE(history.read().takeovers.empty());
  host.pass(std::chrono::seconds(1));
  audit.watch();
  EXPECT_EQ(history.read().takeovers.size(), 1);
}
// The keeper has other work to do, and the log has the outcomes.
TEST_F(TakenOver, a_history_of_a_newer_pnfs_ha_holds_nothing_up_and_stays_as_it_is) {
  const std::string file = std::string("/srv/pnfs-ha/") + History::file, newer = R"({"format": 9})";
  host.files[file] = newer;
  host.files["/run/pnfs-ha/fencer.json"] = newer;
  audit.watch();
  host.pass(std::chrono::seconds(45));
  EXPECT_NO_THROW(audit.watch());
  EXPECT_EQ(host.text(file), newer);
  EXPECT_FALSE(journal.to_judge());
}

}  // namespace
}  // namespace pnfs_ha
