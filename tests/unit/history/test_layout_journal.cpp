// The journal of files that clients write directly.
#include "direct_files.h"
#include "history/layout_journal.h"

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

TEST_F(DirectFiles, what_the_previous_active_left_is_judged_even_if_the_next_dies_too) {
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

TEST_F(DirectFiles, the_journal_carries_its_format) {
  journal.save();
  const nlohmann::json document = nlohmann::json::parse(host.text(LayoutJournal::journal));
  EXPECT_EQ(document["format"], 1);
  EXPECT_EQ(at_risk_from_json(document)->files, (std::vector<FileUse>{data, mail}));
}

// As servers wrote it before there were formats.
TEST_F(DirectFiles, a_journal_without_a_format_is_of_the_first) {
  host.files[LayoutJournal::journal] =
      R"({"server": "beta", "released": true, "more": 3,
          "files": [{"client": "10.0.0.21", "inode": 131, "path": "db/data"}]})";
  journal.take_over();
  EXPECT_EQ(journal.to_judge(), (AtRisk{"beta", true, {data}, 3}));
}

// A takeover does not fail for it, and what is written afterwards is judged.
TEST_F(DirectFiles, a_journal_of_a_newer_pnfs_ha_is_given_up) {
  for (const char* file : {LayoutJournal::journal, LayoutJournal::previous})
    host.files[file] = R"({"format": 2, "server": "beta", "files": []})";
  journal.take_over();
  EXPECT_FALSE(host.resolve(LayoutJournal::journal));
  EXPECT_FALSE(host.resolve(LayoutJournal::previous));
  EXPECT_FALSE(journal.to_judge());
  journal.save();
  journal.take_over();
  EXPECT_EQ(journal.to_judge()->files.size(), 2U);
}

}  // namespace
}  // namespace pnfs_ha
