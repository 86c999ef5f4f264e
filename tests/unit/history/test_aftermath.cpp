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

// Lines of image/nfsd's latereport.c.
std::string line(int number, const std::string& start, const std::string& rest) {
  return fmt::format("number={} start={} {}\n", number, start, rest);
}

const std::string of_earlier_start =
    line(1, "1700",
         "verdict=accepted client=10.0.0.9 dev=8:0 ino=9 kept=4096 dropped=0 first_dropped=0 offset=0 "
         "last=4095 size=4096 status=0");
const std::string commit_131 =
    line(2, "1800",
         "verdict=accepted client=10.0.0.21 dev=8:0 ino=131 kept=65536 dropped=0 first_dropped=0 "
         "offset=0 last=1114111 size=1572864 status=0");
const std::string commit_133 =
    line(3, "1800",
         "verdict=too-late client=10.0.0.21 dev=8:0 ino=133 kept=0 dropped=0 first_dropped=0 "
         "offset=4096 last=8191 size=4096 status=10050 added_later=x");
const std::string of_takeover =
    "version=1 start=1800 first=2 next=4\n" + of_earlier_start + commit_131 + commit_133;

std::string under_way(int inode) {
  return "version=1 start=1800 first=2 next=3\n" +
         line(2, "1800",
              fmt::format("verdict=under-way client=10.0.0.21 dev=8:0 ino={} kept=0 dropped=0 "
                          "first_dropped=0 offset=0 last=4095 size=4096 status=10052",
                          inode));
}

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

Witnessed saw(std::vector<LateCommit> commits, std::set<std::string> clients, bool accepts_late_commits) {
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
  const LateCommit commit{LateVerdict::accepted, "10.0.0.21", 131, 65536, 0, 0, 0, 65535};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({commit}, {"10.0.0.21"}, true))),
            (FileFate{data, Fate::committed, "65536 bytes"}));
}

TEST(Judgement, of_a_commit_that_was_refused_or_came_in_part) {
  const LateCommit refused{LateVerdict::too_late, "10.0.0.21", 131, 0, 0, 0, 4096, 8191};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({refused}, {"10.0.0.21"}, true))),
            (FileFate{data, Fate::damaged, "its late commit was refused, too late, from byte 4096 to 8191"}));
  const LateCommit part{LateVerdict::accepted, "10.0.0.21", 131, 4096, 8192, 4096, 0, -1};
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
  const LateCommit first{LateVerdict::under_way, "10.0.0.21", 131, 0, 0, 0, 0, 65535};
  const LateCommit again{LateVerdict::accepted, "10.0.0.21", 131, 65536, 0, 0, 0, 65535};
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

TEST(Judgement, where_nfsd_tells_nothing) {
  Witnessed seen = saw({}, {"10.0.0.21"}, true);
  seen.tells_of_them = false;
  EXPECT_EQ(only(judge({"alpha", false, {data}}, seen)).fate, Fate::damaged);
}

TEST(Judgement, of_a_late_commit_of_nothing_but_times) {
  const LateCommit commit{LateVerdict::accepted, "10.0.0.21", 131, 0, 0, 0, 0, 4095};
  EXPECT_EQ(only(judge({"alpha", false, {data}}, saw({commit}, {"10.0.0.21"}, true))).fate,
            Fate::nothing_to_commit);
}

TEST(Judgement, of_a_file_that_was_too_young_for_the_journal) {
  const LateCommit commit{LateVerdict::accepted, "10.0.0.21", 140, 4096, 0, 0, 0, 4095};
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
  host.files[LateCommits::file] = of_takeover;
  aftermath.watch();
  host.files["/proc/fs/nfsd/v4_end_grace"] = "Y\n";
  aftermath.watch();
  host.files[LateCommits::file] =
      "version=1 start=1800 first=2 next=5\n";  // has forgotten them, and one more
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
  EXPECT_EQ(last["untold"], 1);
  EXPECT_EQ(last["fenced"], 2);
  EXPECT_EQ(last["last_fenced"].dump(), R"([{"key":"0x1"}])");
  EXPECT_FALSE(journal.to_judge());
}

TEST_F(TakenOver, a_file_is_opened_for_its_doubts_when_no_commit_can_come_any_more_and_patiently) {
  host.files[LateCommits::file] = under_way(131);
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
  host.files[LateCommits::file] = under_way(999);
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
    history.add(0, {std::to_string(i), false, {}}, {}, {}, nlohmann::json());
  EXPECT_EQ(history.takeovers().size(), History::kept);
  EXPECT_EQ(history.takeovers().front()["former"], "3");
}

}  // namespace
}  // namespace pnfs_ha
