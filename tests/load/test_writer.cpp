// The shadow must hold what the file holds, whatever the script does, and a script with a mistake must not go on.
#include <sstream>

#include "error.h"
#include "test_program.h"
#include "writer.h"

namespace pnfs_load {
namespace {

class WriterTest : public WithDirectory {
 protected:
  Path file() const { return data / "file"; }
  Path shadow() const { return home / "shadow"; }
  std::string obey(const std::string& script) const {
    Writer writer(file(), shadow());
    std::istringstream in(script);
    std::ostringstream log;
    obey_script(writer, in, log);
    return log.str();
  }
};

TEST_F(WriterTest, TheShadowHoldsWhatTheFileHolds) {
  obey(
      "write direct 0 64k\n"
      "write buffered 100000 5000\n"
      "allocate 1m 64k\n"
      "write mapped 70000 20000\n"
      "punch 8k 8k\n"
      "writeback\n"
      "truncate 300000\n"
      "fsync\n");
  const std::string content = read_text(file());
  EXPECT_EQ(content.size(), 300000U);
  EXPECT_EQ(content, read_text(shadow()));
  EXPECT_EQ(content.substr(8192, 8192), std::string(8192, '\0'));
  EXPECT_NE(content[0], '\0');
  EXPECT_NE(content[104999], '\0');
}

TEST_F(WriterTest, EveryWriteHasItsOwnContent) {
  obey("write buffered 0 4k\n");
  const std::string first = read_text(file());
  obey("write buffered 0 4k\nwrite buffered 0 4k\n");
  EXPECT_NE(first, read_text(file()));
}

TEST_F(WriterTest, SaysWhatItDidAndWaitsForAFlag) {
  write_text(home / "flag", "");
  EXPECT_EQ(obey("write buffered 0 10\n\nwait " + (home / "flag").string() + "\nfsync\n"),
            "ok write buffered 0 10\nok wait " + (home / "flag").string() + "\nok fsync\n");
}

TEST_F(WriterTest, RefusesWhatMakesNoSense) {
  for (const char* line : {"scribble", "write", "write direct 0", "write direct 0 100", "write direct 1 4k",
                           "write quickly 0 4k", "truncate 4x", "truncate -1", "punch 0"}) {
    EXPECT_THROW(obey(line), UsageError) << line;
  }
}

TEST_F(WriterTest, AFileThatCannotBeWrittenIsAnError) {
  EXPECT_THROW(Writer("/proc/version", shadow()), Error);
}

TEST_F(WriterTest, TheProgramObeysAScript) {
  write_text(home / "script", "write direct 0 16k\nfsync\n");
  const Result done = pnfs_load(
      {"writer", file().string(), "--shadow", shadow().string(), "--script", (home / "script").string()});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_EQ(done.output, "ok write direct 0 16k\nok fsync\n");
  write_text(home / "script", "write direct 0 16k\nfsync please\nsing\n");
  const Result wrong = pnfs_load(
      {"writer", file().string(), "--shadow", shadow().string(), "--script", (home / "script").string()});
  EXPECT_EQ(wrong.exit_code, 64) << wrong.output;
}

}  // namespace
}  // namespace pnfs_load
