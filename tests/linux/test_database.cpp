// The client records' database on a real file system, with real SQLite.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"
#include "linux/linux_host.h"
#include "temporary.h"

namespace pnfs_ha {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    execute(directory / "main.sqlite", "CREATE TABLE clients (id BLOB); INSERT INTO clients VALUES ('a');");
  }

  static void execute(const Path& path, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
  static std::string clients(const Path& path) {
    sqlite3* database = nullptr;
    std::string all;
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    const auto append = [](void* text, int, char** values, char**) {
      *static_cast<std::string*>(text) += values[0];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, "SELECT id FROM clients", append, &all, nullptr), SQLITE_OK);
    sqlite3_close(database);
    return all;
  }

  TemporaryDirectory directory;
  LinuxHost host;
};

TEST_F(DatabaseTest, is_copied_whole) {
  const Path copy = directory / "lun" / "copy";
  host.copy_database(directory / "main.sqlite", copy);
  EXPECT_EQ(clients(copy), "a");
  host.check_database(copy);
  execute(directory / "main.sqlite", "INSERT INTO clients VALUES ('b');");
  host.copy_database(directory / "main.sqlite", copy);
  EXPECT_EQ(clients(copy), "ab");
  EXPECT_EQ(host.list(directory / "lun"), std::vector<std::string>{"copy"});
}

// What a power cut in the middle of a transaction leaves: the file half-changed, and the journal that undoes it.
TEST_F(DatabaseTest, is_copied_although_a_transaction_was_cut_off) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open((directory / "main.sqlite").c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database,
                         "PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
                         "INSERT INTO clients SELECT randomblob(500) FROM n;",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  for (const std::string name : {"cut", "copy.new"}) {
    std::filesystem::copy_file(directory / "main.sqlite", directory / name);
    std::filesystem::copy_file(directory / "main.sqlite-journal", directory / (name + "-journal"));
  }
  sqlite3_close(database);
  host.copy_database(directory / "cut", directory / "copy");
  EXPECT_EQ(clients(directory / "copy"), "a");
  EXPECT_EQ(clients(directory / "cut"), "a");
  EXPECT_FALSE(std::filesystem::exists(directory / "copy.new-journal"));
}

TEST_F(DatabaseTest, that_is_damaged_is_noticed) {
  const Path copy = directory / "copy";
  std::ofstream(copy)
      << "this is no database, and long enough to have a header, or so it would seem at first "
         "sight, to somebody who looks at its length only, and nowhere else";
  EXPECT_THROW(host.check_database(copy), Error);
  EXPECT_THROW(host.check_database(directory / "absent"), Error);
}

}  // namespace
}  // namespace pnfs_ha
