// The client records, their copy on the LUN and the serial number that tells which is newer.
#include "base/format.h"
#include "scene.h"
#include "server/client_records.h"

namespace pnfs_ha {
namespace {

const std::string records = ClientRecords::path, epoch = ClientRecords::epoch_file;
const std::string directory = "/srv/pnfs-ha/.pnfs-ha/";

std::string copy(const std::string& number) {
  return directory + "client-records-" + number + ".sqlite";
}

// A database of SQLite's, as far as the product looks: 24 bytes of header, its change counter, its content.
std::string database(unsigned char change, const std::string& content) {
  return std::string(24, '.') + std::string(3, '\0') + static_cast<char>(change) + content;
}

std::string content(const std::string& database) {
  return database.size() < 28 ? "none" : database.substr(28);
}

class ClientRecordsTest : public testing::Test {
 protected:
  ClientRecordsTest() {
    host.mounts["/var/lib/nfs"] = {};
    host.directories.insert("/srv/pnfs-ha/.pnfs-ha");
  }

  void mirror_has(int number, unsigned char change, const std::string& text) {
    host.files[epoch] = std::to_string(number) + "\n";
    host.files[records] = database(change, text);
  }
  void lun_has(const std::string& number, const std::string& text) {
    host.files[copy(number)] = database(1, text);
  }
  std::string chosen() {
    both.choose_newest();
    return content(host.text(records));
  }
  std::string on_lun() {
    return content(host.text(copy(to_string(both.on_lun().value_or(RecordsNumber{})))));
  }

  FakeHost host;
  ClientRecords both{host, "/srv/pnfs-ha"};
};

TEST_F(ClientRecordsTest, are_the_mirrors_if_it_missed_nothing) {
  mirror_has(3, 7, "a b");
  lun_has("3.6", "a");
  EXPECT_EQ(chosen(), "a b");
}

// Older records would be taken for the newest.
TEST_F(ClientRecordsTest, of_a_newer_pnfs_ha_are_an_error) {
  mirror_has(3, 7, "a b");
  lun_has("format 2 4", "a b c");
  EXPECT_EQ(error_of([&] { both.choose_newest(); }),
            "a copy of the client records on the LUN was made by a newer pnfs-ha (format 2; this one knows "
            "formats up to 1)");
  host.files.erase(copy("format 2 4"));
  host.files[epoch] = "format 2 3\n";
  EXPECT_EQ(
      error_of([&] { both.choose_newest(); }),
      "the epoch of the client records was made by a newer pnfs-ha (format 2; this one knows formats up "
      "to 1)");
}

TEST_F(ClientRecordsTest, are_the_luns_if_the_mirror_is_blank) {
  lun_has("3.7", "a b");
  EXPECT_EQ(chosen(), "a b");
}

TEST_F(ClientRecordsTest, are_the_luns_if_the_mirror_missed_changes) {
  mirror_has(3, 6, "a");
  lun_has("3.7", "a b");
  EXPECT_EQ(chosen(), "a b");
}

// However much was changed on the wrong side of a split.
TEST_F(ClientRecordsTest, are_the_luns_if_the_mirror_missed_a_takeover) {
  mirror_has(3, 200, "a c d");
  lun_has("4.1", "a b");
  EXPECT_EQ(chosen(), "a b");
}

TEST_F(ClientRecordsTest, begin_an_epoch_on_both_before_anything_changes) {
  mirror_has(3, 7, "a b");
  lun_has("3.6", "a");
  both.choose_newest();
  EXPECT_EQ(host.changes, (Lines{"copy " + records + " to " + directory + "draft",
                                 "rename " + directory + "draft to " + copy("4.7"), "remove " + copy("3.6"),
                                 "write " + epoch}));
  EXPECT_EQ(both.on_lun(), (RecordsNumber{4, 7}));
  EXPECT_EQ(both.on_mirror(), (RecordsNumber{4, 7}));
}

TEST_F(ClientRecordsTest, of_a_new_cluster_are_none) {
  both.choose_newest();
  EXPECT_EQ(host.changes, Lines{"write " + epoch});
  EXPECT_FALSE(both.lost());
}

TEST_F(ClientRecordsTest, are_the_mirrors_if_the_copy_is_damaged) {
  mirror_has(3, 6, "a");
  lun_has("3.7", "?");
  host.damaged_databases = {copy("3.7")};
  EXPECT_EQ(chosen(), "a");
  EXPECT_FALSE(both.lost());
  EXPECT_EQ(on_lun(), "a");
}

// A mirror that takes no more says nothing against the LUN's: the next server finds them.
TEST_F(ClientRecordsTest, stay_on_the_lun_if_the_mirror_cannot_take_them) {
  mirror_has(3, 6, "a");
  lun_has("3.7", "a b");
  host.fail("copy " + copy("3.7"), FakeHost::Times::once);
  EXPECT_NE(error_of([&] { both.choose_newest(); }), "");
  EXPECT_EQ(on_lun(), "a b");
  EXPECT_EQ(chosen(), "a b");
}

TEST_F(ClientRecordsTest, are_not_given_up_without_a_human) {
  lun_has("3.7", "?");
  host.damaged_databases = {copy("3.7")};
  EXPECT_EQ(error_of([&] { both.choose_newest(); }),
            "the mirror has no client records, and their copy on the LUN cannot be used: the database " +
                copy("3.7") + " is damaged: *** in database main ***");
  EXPECT_TRUE(both.lost());
  EXPECT_EQ(host.changes, Lines{});

  both.allow_loss();
  both.choose_newest();
  EXPECT_EQ(host.changes,
            (Lines{"rename " + copy("3.7") + " to " + copy("3.7") + ".damaged", "write " + epoch}));
}

TEST_F(ClientRecordsTest, are_copied_when_they_change_and_only_then) {
  mirror_has(3, 7, "a");
  both.save_changes();
  EXPECT_EQ(both.on_lun(), (RecordsNumber{3, 7}));
  host.changes.clear();
  both.save_changes();
  EXPECT_EQ(host.changes, Lines{});
  mirror_has(3, 8, "a b");
  both.save_changes();
  EXPECT_EQ(on_lun(), "a b");
  EXPECT_EQ(host.list("/srv/pnfs-ha/.pnfs-ha"), Lines{"client-records-3.8.sqlite"});
}

// A full LUN must not keep the server from serving those who could make room.
TEST_F(ClientRecordsTest, are_served_without_a_copy_if_the_lun_is_full) {
  mirror_has(3, 7, "a b");
  lun_has("3.7", "a b");
  host.fail("draft");
  EXPECT_EQ(chosen(), "a b");
  EXPECT_EQ(both.on_mirror(), (RecordsNumber{4, 7}));
  EXPECT_EQ(both.on_lun(), (RecordsNumber{3, 7}));
  host.heal();
  both.save_changes();
  EXPECT_EQ(both.on_lun(), (RecordsNumber{4, 7}));
}

// Lost with the power between any two of these writes, nothing is lost.
TEST_F(ClientRecordsTest, survive_a_power_cut_between_any_two_writes) {
  for (std::size_t n = 1; n <= 6; ++n) {
    SCOPED_TRACE(n);
    host.files.clear();
    mirror_has(3, 8, "a b");
    lun_has("3.7", "a");
    host.fail_nth(n);
    error_of([&] { both.save_changes(); });
    error_of([&] { both.choose_newest(); });
    host.heal();
    EXPECT_EQ(chosen(), "a b");
    host.files.erase(records);
    host.files.erase(epoch);
    EXPECT_EQ(chosen(), "a b");  // and once more, from the LUN alone
  }
}

}  // namespace
}  // namespace pnfs_ha
