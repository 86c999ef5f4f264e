// Which client had which key, over takeovers.
#include "agent/keeper.h"
#include "history/key_journal.h"
#include "nfsd_scene.h"

namespace pnfs_ha {
namespace {

class KeyJournalTest : public NfsdScene {
 protected:
  const NfsServer nfs{host, "demo", 64};
  KeyJournal journal{host, nfs};
};

TEST_F(KeyJournalTest, follows_nfsds_list) {
  known(1);
  known(2, "courtesy", 90);
  known(3, "unconfirmed");
  journal.save();
  const KeyOwners both = {{present_key(1), {"client 1", "10.0.1.1:779"}},
                          {present_key(2), {"client 2", "10.0.1.2:779"}}};
  EXPECT_EQ(journal.owners(), both);
  gone(2);
  journal.save();
  EXPECT_EQ(journal.owners(), (KeyOwners{{present_key(1), {"client 1", "10.0.1.1:779"}}}));
}

TEST_F(KeyJournalTest, is_written_when_the_list_changes_and_not_otherwise) {
  known(1);
  journal.save();
  known(1, "courtesy", 30);
  journal.save();
  EXPECT_EQ(host.changes, Lines{"write " + present_journal});
}

TEST_F(KeyJournalTest, of_previous_starts_is_left_as_it_was) {
  previous_clients(1);
  known(1);
  journal.save();
  EXPECT_EQ(journal.owners().size(), 2U);
  journal.forget(previous_start);
  EXPECT_EQ(journal.owners(), (KeyOwners{{present_key(1), {"client 1", "10.0.1.1:779"}}}));
}

// The last ones may still be registered when this server dies.
TEST_F(KeyJournalTest, does_not_follow_an_nfsd_that_stops) {
  known(1);
  journal.save();
  gone(1);
  host.nfsd_threads = 0;
  journal.save();
  host.nfsd_threads = 64;
  journal.save();
  EXPECT_EQ(journal.owners().size(), 1U);
}

TEST_F(KeyJournalTest, that_is_damaged_counts_as_absent_and_one_that_cannot_be_read_does_not) {
  previous_clients(1);
  host.unreadable = {previous_journal};
  EXPECT_NE(error_of([&] { std::ignore = journal.owners(); }), "");
  host.unreadable.clear();
  for (const char* text : {"", "{", "[1]", R"({"zz": 1})", R"({"6a5f3c1100000001": 7})"}) {
    host.files[previous_journal] = text;
    EXPECT_EQ(journal.owners(), KeyOwners{}) << text;
  }
}

TEST_F(KeyJournalTest, the_keeper_keeps_it_whatever_else_fails) {
  known(1);
  host.files["/var/lib/nfs/nfsdcld/main.sqlite"] = std::string(100, '\1');
  host.fail("copy ");
  Keeper keeper(host, two_servers());
  EXPECT_NE(error_of([&] { keeper.round(); }), "");
  EXPECT_EQ(journal.owners().size(), 1U);
}

TEST_F(KeyJournalTest, a_list_that_cannot_be_read_keeps_the_keeper_from_nothing_else) {
  known(1);
  host.unreadable = {info_of(1)};
  Keeper keeper(host, two_servers());
  EXPECT_EQ(error_of([&] { keeper.round(); }), "cannot read " + info_of(1) + ": Cannot allocate memory");
  EXPECT_FALSE(host.files.contains(present_journal));
}

TEST_F(KeyJournalTest, carries_its_format_and_an_older_server_overlooks_it) {
  known(1);
  journal.save();
  EXPECT_EQ(nlohmann::json::parse(host.text(present_journal))["format"], 1);
  EXPECT_EQ(journal.owners().size(), 1U);
}

// Whose keys are unknown must not look as if they were nobody's.
TEST_F(KeyJournalTest, of_a_newer_pnfs_ha_is_an_error) {
  known(1);
  journal.save();
  host.files[previous_journal] = R"({"format": 2})";
  EXPECT_EQ(error_of([&] { std::ignore = journal.owners(); }),
            "a journal of keys was made by a newer pnfs-ha (format 2; this one knows formats up to 1)");
}

}  // namespace
}  // namespace pnfs_ha
