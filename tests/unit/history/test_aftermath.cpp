// Files that were written directly: the journal of them, and what is said of each after a takeover.
#include <spdlog/fmt/fmt.h>

#include "direct_files.h"
#include "history/aftermath.h"

namespace pnfs_ha {
namespace {

TEST_F(DirectFiles, the_journal_follows_them_and_remembers_their_names) {
  host.paths_of_inodes[131] = "projects/db/data";
  journal.save();
  host.paths_of_inodes.clear();
  give_back(133);
  journal.save();
  const std::string text = host.text(LayoutJournal::journal);
  EXPECT_NE(text.find("projects/db/data"), std::string::npos) << text;
  EXPECT_EQ(text.find("mail"), std::string::npos) << text;
}

TEST_F(DirectFiles, the_journal_is_written_only_when_something_changed) {
  journal.save();
  const std::size_t before = host.changes.size();
  journal.save();
  EXPECT_EQ(host.changes.size(), before);
}

// The report said nothing of those that it left out.
TEST_F(DirectFiles, too_many_are_counted) {
  std::string many;
  for (std::size_t inode = 1; inode <= LayoutJournal::most_files + 7; ++inode)
    for (const char* state : {"type: open, access: rw, deny: --", "type: layout"})
      many += "- 0x01: { " + std::string(state) + ", superblock: \"08:00:" + std::to_string(inode) + "\" }\n";
  host.files[client_states] = many;
  for (int takeover = 1; takeover <= 2; ++takeover) {
    LayoutJournal(host, nfs, "/srv/pnfs-ha").save();
    journal.take_over();
    EXPECT_EQ(journal.to_judge()->files.size(), takeover * LayoutJournal::most_files);
    EXPECT_EQ(journal.to_judge()->more, takeover * std::size_t{7});
  }
  Aftermath aftermath(host, nfs, journal, "/srv/pnfs-ha", 15);
  aftermath.watch();
  host.pass(std::chrono::seconds(30));
  aftermath.watch();
  EXPECT_EQ(History(host, "/srv/pnfs-ha").takeovers().back()["more"], 14);
}

TEST_F(DirectFiles, what_the_former_active_left_is_judged_even_if_the_next_dies_too) {
  journal.save();
  LayoutJournal(host, nfs, "/srv/pnfs-ha").take_over();
  EXPECT_FALSE(host.resolve(LayoutJournal::journal));
  host.files[client_states] = "";
  LayoutJournal second(host, nfs, "/srv/pnfs-ha");
  second.save();
  LayoutJournal(host, nfs, "/srv/pnfs-ha").take_over();
  const auto at_risk = journal.to_judge();
  ASSERT_TRUE(at_risk);
  EXPECT_EQ(at_risk->files, (std::vector<FileUse>{data, mail}));
  EXPECT_FALSE(at_risk->released);
}

TEST_F(DirectFiles, a_server_that_stops_in_order_says_so) {
  journal.save();
  journal.close();
  LayoutJournal(host, nfs, "/srv/pnfs-ha").take_over();
  EXPECT_TRUE(journal.to_judge()->released);
}

TEST_F(DirectFiles, a_server_that_does_not_serve_leaves_the_journal_alone) {
  journal.save();
  host.nfsd_threads = 0;
  journal.close();
  LayoutJournal(host, nfs, "/srv/pnfs-ha").take_over();
  EXPECT_EQ(journal.to_judge()->files.size(), 2U);
}

// Lines of image/nfsd's latecommit.c.
const std::string earlier =
    "[    1.0] NFSD: Using nfsdcld client tracking operations.\n"
    "[    2.0] NFSD: late LAYOUTCOMMIT accepted: "
    "{\"client\":\"10.0.0.9\",\"inode\":9,\"kept\":4096,\"dropped\":0,"
    "\"first_dropped\":0,\"offset\":0,\"last\":4095,\"size\":4096,\"status\":0}\n";
const std::string log_of_takeover =
    earlier +
    "[   90.0] NFSD: Using nfsdcld client tracking operations.\n"
    "[   95.7] NFSD: late LAYOUTCOMMIT accepted: "
    "{\"client\":\"10.0.0.21\",\"inode\":131,\"kept\":65536,\"dropped\":0,"
    "\"first_dropped\":0,\"offset\":0,\"last\":1114111,\"size\":1572864,\"status\":0}\n"
    "[   95.8] something else\n"
    "[   95.9] NFSD: late LAYOUTCOMMIT refused, too late: {\"client\":\"10.0.0.21\",\"inode\":133,\"kept\":0,"
    "\"dropped\":0,\"first_dropped\":0,\"offset\":4096,\"last\":8191,\"size\":4096,\"status\":10050}\n";

std::string under_way(int inode) {
  return fmt::format(
      "[   95.6] NFSD: late LAYOUTCOMMIT was under way: {{\"client\":\"10.0.0.21\",\"inode\":{},\"kept\":0,"
      "\"dropped\":0,\"first_dropped\":0,\"offset\":0,\"last\":4095,\"size\":4096,\"status\":10052}}\n",
      inode);
}

TEST(LateCommits, are_those_since_the_last_start_of_nfsd) {
  const auto found = parse_late_commits(log_of_takeover);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], (LateCommit{"accepted", "10.0.0.21", 131, 65536, 0, 0, 0, 1114111}));
  EXPECT_EQ(found[1].verdict, "refused, too late");
  EXPECT_EQ(found[1].last, 8191);
}

Witnessed saw(std::set<LateCommit> commits, std::set<std::string> clients, bool accepts_late_commits) {
  Witnessed seen;
  seen.commits = std::move(commits);
  seen.clients = std::move(clients);
  seen.accepts_late_commits = accepts_late_commits;
  return seen;
}

FileFate only(const std::vector<FileFate>& fates) {
  EXPECT_EQ(fates.size(), 1U);
  return fates.front();
}

TEST(Judgement, of_a_file_whose_client_committed_late) {
  const LateCommit commit{"accepted", "10.0.0.21", 131, 65536, 0, 0, 0, 65535};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({commit}, {"10.0.0.21"}, true))),
            (FileFate{data, Fate::committed, "65536 bytes"}));
}

TEST(Judgement, of_a_commit_that_was_refused_or_came_in_part) {
  const LateCommit refused{"refused, too late", "10.0.0.21", 131, 0, 0, 0, 4096, 8191};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({refused}, {"10.0.0.21"}, true))),
            (FileFate{data, Fate::damaged, "its late commit was refused, too late, from byte 4096 to 8191"}));
  const LateCommit part{"accepted", "10.0.0.21", 131, 4096, 8192, 4096, 0, -1};
  EXPECT_EQ(
      only(judge({"alpha", false, {data}}, saw({part}, {"10.0.0.21"}, true))),
      (FileFate{data, Fate::damaged, "8192 bytes from 4096 on had been cut off or replaced meanwhile"}));
}

TEST(Judgement, of_a_file_without_a_late_commit) {
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({}, {"10.0.0.21"}, true))).fate,
            Fate::nothing_to_commit);
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({}, {"10.0.0.22"}, true))).fate, Fate::client_gone);
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({}, {"10.0.0.21"}, false))).fate, Fate::damaged);
}

// It comes again, and is complete; but what the client wrote since it had sent it first is nowhere.
TEST(Judgement, of_a_file_whose_commit_was_under_way) {
  const LateCommit first{LateCommit::under_way, "10.0.0.21", 131, 0, 0, 0, 0, 65535};
  const LateCommit again{"accepted", "10.0.0.21", 131, 65536, 0, 0, 0, 65535};
  Witnessed seen = saw({first, again}, {"10.0.0.21"}, true);
  EXPECT_EQ(only(judge({"alpha", false, {data}}, seen)), (FileFate{data, Fate::committed, "65536 bytes"}));
  seen.in_doubt[131] = {{131072, 393216}, {524288, 528384}};
  const FileFate fate = only(judge({"alpha", false, {data}}, seen));
  EXPECT_EQ(fate.fate, Fate::in_doubt);
  EXPECT_NE(fate.why.find("among the unwritten bytes 131072 to 393215, 524288 to 528383"), std::string::npos)
      << fate.why;
  seen.clients.clear();
  seen.commits = {first};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, seen)).fate, Fate::client_gone);
}

TEST(Judgement, of_a_late_commit_of_nothing_but_times) {
  const LateCommit commit{"accepted", "10.0.0.21", 131, 0, 0, 0, 0, 4095};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({commit}, {"10.0.0.21"}, true))).fate,
            Fate::nothing_to_commit);
}

TEST(Judgement, of_a_file_that_was_too_young_for_the_journal) {
  const LateCommit commit{"accepted", "10.0.0.21", 140, 4096, 0, 0, 0, 4095};
  const FileFate fate = only(judge({"alpha", false, {}}, saw({commit}, {"10.0.0.21"}, true)));
  EXPECT_EQ(fate.fate, Fate::committed);
  EXPECT_EQ(fate.file.inode, 140U);
}

class TakenOver : public DirectFiles {
 protected:
  TakenOver() {
    journal.save();
    journal.take_over();
  }

  Aftermath aftermath{host, nfs, journal, "/srv/pnfs-ha", 15};
  const History history{host, "/srv/pnfs-ha"};
};

TEST_F(TakenOver, fates_go_down_in_history_once_no_commit_can_come_any_more) {
  host.clock = 1'800'000'000;
  host.files["/run/pnfs-ha/nfsd-started"] = std::to_string(host.uptime().count());
  host.files["/proc/fs/nfsd/v4_end_grace"] = "N\n";
  aftermath.watch();
  host.ring_buffer = log_of_takeover;
  aftermath.watch();
  host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
  aftermath.watch();
  host.ring_buffer = "[  200.0] the ring buffer has forgotten it\n";
  host.files["/run/pnfs-ha/fencer.json"] = R"({"term": )" + host.files["/run/pnfs-ha/nfsd-started"] +
                                           R"(, "count": 2, "fenced": [{"key": "0x1"}]})";
  host.pass(std::chrono::seconds(29));
  aftermath.watch();
  EXPECT_TRUE(history.takeovers().empty());
  host.pass(std::chrono::seconds(1));
  aftermath.watch();
  ASSERT_EQ(history.takeovers().size(), 1U);
  const nlohmann::json last = history.takeovers().back();
  EXPECT_EQ(last["at"], 1'800'000'000) << "of the takeover, not of the judgement";
  EXPECT_EQ(last["counts"]["committed late"], 1);
  EXPECT_EQ(last["counts"]["may have lost blocks"], 1);
  EXPECT_FALSE(last["planned"]);
  EXPECT_EQ(last["fenced"], 2);
  EXPECT_EQ(last["last_fenced"].dump(), R"([{"key":"0x1"}])");
  EXPECT_FALSE(journal.to_judge());
}

TEST_F(TakenOver, a_file_is_opened_for_its_doubts_when_no_commit_can_come_any_more_and_patiently) {
  host.ring_buffer = under_way(131);
  host.unwritten[131] = {{0, 4096}};
  aftermath.watch();  // clients have their delegations back
  host.unwritten.clear();
  host.pass(std::chrono::seconds(30));
  aftermath.watch();  // asks for the file's delegation; its client has not returned it
  EXPECT_TRUE(history.takeovers().empty());
  host.unwritten[131] = {{12288, 20480}};
  host.pass(std::chrono::seconds(1));
  aftermath.watch();
  ASSERT_EQ(history.takeovers().size(), 1);
  const nlohmann::json last = history.takeovers().back();
  EXPECT_EQ(last["counts"]["in doubt"], 1);
  EXPECT_NE(last.dump().find("among the unwritten bytes 12288 to 20479"), std::string::npos) << last;
}

TEST_F(TakenOver, a_file_that_cannot_be_opened_holds_up_history_for_a_lease) {
  host.ring_buffer = under_way(999);
  aftermath.watch();
  host.pass(std::chrono::seconds(44));
  aftermath.watch();
  EXPECT_TRUE(history.takeovers().empty());
  host.pass(std::chrono::seconds(1));
  aftermath.watch();
  EXPECT_EQ(history.takeovers().size(), 1);
}

TEST_F(DirectFiles, history_forgets_the_oldest) {
  History history(host, "/srv/pnfs-ha");
  for (std::size_t i = 0; i < History::kept + 3; ++i)
    history.add(0, {std::to_string(i), false, {}}, {}, true, nlohmann::json());
  EXPECT_EQ(history.takeovers().size(), History::kept);
  EXPECT_EQ(history.takeovers().front()["former"], "3");
}

}  // namespace
}  // namespace pnfs_ha
