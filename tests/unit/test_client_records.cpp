// The client records, their copy on the LUN and the serial number that tells which is newer.
#include "client_records.h"
#include "keeper.h"
#include "scene.h"

namespace pnfs_ha {
namespace {

const std::string records = ClientRecords::path, serial = ClientRecords::serial_file;
const std::string copy = "/srv/pnfs-ha/.pnfs-ha/client-records.sqlite";

class ClientRecordsTest : public testing::Test {
 protected:
  ClientRecordsTest() { host.mounts["/var/lib/nfs"] = {}; }

  void mirror_has(const std::string& content, int number) {
    host.files[records] = content;
    host.files[serial] = std::to_string(number) + "\n";
  }
  void lun_has(const std::string& content, int number) {
    host.files[copy] = content;
    host.databases[copy] = number;
  }

  FakeHost host;
  ClientRecords both{host, "/srv/pnfs-ha"};
};

TEST_F(ClientRecordsTest, are_the_mirrors_if_it_missed_nothing) {
  mirror_has("a b", 7);
  lun_has("a", 7);
  both.choose_newest();
  EXPECT_EQ(host.changes, Lines{});
}

TEST_F(ClientRecordsTest, are_the_luns_if_the_mirror_is_blank) {
  lun_has("a b", 7);
  both.choose_newest();
  EXPECT_EQ(host.text(records), "a b");
  EXPECT_EQ(host.text(serial), "7\n");
}

TEST_F(ClientRecordsTest, are_the_luns_if_the_mirror_missed_changes) {
  mirror_has("a", 6);
  lun_has("a b", 7);
  both.choose_newest();
  EXPECT_EQ(host.text(records), "a b");
}

TEST_F(ClientRecordsTest, of_a_new_cluster_are_none) {
  both.choose_newest();
  EXPECT_EQ(host.changes, Lines{});
  EXPECT_FALSE(both.lost());
}

TEST_F(ClientRecordsTest, are_the_mirrors_if_the_copy_is_damaged) {
  mirror_has("a", 6);
  lun_has("?", 7);
  host.damaged_databases = {copy};
  both.choose_newest();
  EXPECT_EQ(host.text(records), "a");
  EXPECT_FALSE(both.lost());
}

TEST_F(ClientRecordsTest, are_not_given_up_without_a_human) {
  lun_has("?", 7);
  host.damaged_databases = {copy};
  EXPECT_EQ(error_of([&] { both.choose_newest(); }),
            "the mirror has no client records, and their copy on the LUN cannot be used: the database " +
                copy + " is damaged: *** in database main ***");
  EXPECT_TRUE(both.lost());
  EXPECT_EQ(host.changes, Lines{});

  both.allow_loss();
  both.choose_newest();
  EXPECT_EQ(host.changes, Lines{"rename " + copy + " to " + copy + ".damaged"});
}

TEST_F(ClientRecordsTest, are_copied_when_they_change_and_only_then) {
  mirror_has("a", 3);
  lun_has("", 3);
  both.save_changes();
  EXPECT_EQ(host.changes, (Lines{"copy " + records + " to " + copy + " as 4", "write " + serial}));
  EXPECT_EQ(host.text(copy), "a");
  EXPECT_EQ(host.text(serial), "4\n");
  host.changes.clear();
  both.save_changes();
  EXPECT_EQ(host.changes, Lines{});
  host.files[records] = "a b";
  both.save_changes();
  EXPECT_EQ(host.databases[copy], 5);
}

// A crash between the two writes leaves the copy the newer one, and it is as new.
TEST_F(ClientRecordsTest, are_the_copy_after_a_crash_between_both_writes) {
  mirror_has("a b", 3);
  lun_has("a", 3);
  host.fail("write " + serial);
  EXPECT_NE(error_of([&] { both.save_changes(); }), "");
  host.heal();
  ClientRecords next{host, "/srv/pnfs-ha"};
  next.choose_newest();
  EXPECT_EQ(host.text(records), "a b");
  EXPECT_EQ(host.text(serial), "4\n");
}

TEST_F(ClientRecordsTest, are_copied_again_if_that_failed) {
  mirror_has("a", 3);
  host.fail("copy", FakeHost::Times::once);
  EXPECT_NE(error_of([&] { both.save_changes(); }), "");
  both.save_changes();
  EXPECT_EQ(host.text(copy), "a");
}

TEST_F(ClientRecordsTest, have_a_copy_again_after_it_was_damaged) {
  mirror_has("a", 9);
  lun_has("?", 7);
  host.damaged_databases = {copy};
  both.save_changes();
  EXPECT_EQ(both.serial_on_lun(), 10);
}

// --- the keeper ---

class KeeperTest : public testing::Test {
 protected:
  KeeperTest() { host.files[records] = "a"; }
  FakeHost host;
  Keeper keeper{host, two_servers()};
};

TEST_F(KeeperTest, saves_the_records_writes_to_the_lun_and_calls_nfsd) {
  keeper.round();
  EXPECT_EQ(host.text(copy), "a");
  EXPECT_NE(host.text("/srv/pnfs-ha/.pnfs-ha/trial"), "");
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

TEST_F(KeeperTest, is_stuck_while_nfsd_says_nothing) {
  host.nfsd_answers = false;
  Host::Duration seen{0};
  host.at(std::chrono::seconds(45), [&] { seen = Keeper::stuck_for(host); });
  EXPECT_EQ(error_of([&] { keeper.round(); }), "nfsd: RPC: Timed out");
  EXPECT_EQ(seen, std::chrono::seconds(45));
  EXPECT_GE(Keeper::stuck_for(host), std::chrono::seconds(90));  // the round failed: it never ended

  host.nfsd_answers = true;
  keeper.round();
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

TEST_F(KeeperTest, that_never_ran_is_not_stuck) {
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
  host.files[Keeper::report] = "garbage";
  EXPECT_EQ(Keeper::stuck_for(host).count(), 0);
}

}  // namespace
}  // namespace pnfs_ha
