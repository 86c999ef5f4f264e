// The exerciser as a lab uses it: clean where the file system is good; where it is not, it says what is wrong
// and what led to it.
#include "test_exercise.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <regex>
#include <thread>

#include "exercised_file.h"

namespace pnfs_load {
namespace {

TEST_F(Exercise, a_good_file_system_is_found_good_and_everything_was_done) {
  const Result result = exercise({"--operations", "8000", "--seed", "3", "--life", "300"});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  const auto seen = report();
  EXPECT_EQ(seen["clean"], true);
  EXPECT_EQ(seen["seed"], 3);
  EXPECT_EQ(seen["stopped_by"], "operations");
  EXPECT_EQ(seen["errors"]["count"], 0);
  EXPECT_GE(seen["operations"], 8000);
  EXPECT_GE(seen["verified"]["files"], 8);
  EXPECT_TRUE(seen["longest"].contains("seconds"));
  for (const auto& [kind, count] : seen["actions"].items()) EXPECT_GT(count, 0) << kind;
}

TEST_F(Exercise, each_kind_can_be_left_out) {
  const Arguments none{"--no-punch", "--no-truncate", "--no-allocate", "--no-mmap", "--no-rename"};
  Arguments chosen{"--operations", "2000", "--direct-only"};
  chosen.insert(chosen.end(), none.begin(), none.end());
  EXPECT_EQ(exercise(chosen).exit_code, 0);
  for (const char* kind : {"punch", "truncate", "allocate", "write-mapped", "write-msync", "read-mapped",
                           "rename", "write-buffered", "read-buffered", "append"})
    EXPECT_EQ(report()["actions"][kind], 0) << kind;
  EXPECT_GT(report()["actions"]["write-direct"], 0);
}

TEST_F(Exercise, ends_by_a_signal_with_a_look_at_every_file) {
  Program program(arguments({"--files", "5"}), home / "program");
  ASSERT_TRUE(program.says("running, seed "));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0) << program.output();
  EXPECT_EQ(report()["stopped_by"], "SIGTERM");
  EXPECT_GE(report()["verified"]["files"], 5);
}

// Nothing that the program did: it cannot happen again on a scratch file.
TEST_F(Exercise, bytes_that_change_behind_its_back_are_found_with_seed_and_history) {
  Program program(arguments({"--seed", "77", "--files", "1", "--threads", "1", "--no-rename", "--no-truncate",
                             "--life", "60000", "--buffered-only", "--no-punch"}),
                  home / "program");
  ASSERT_TRUE(program.says("running, seed 77"));
  const Path victim = work() / "file-0-1";
  ASSERT_TRUE(grows_to(victim, 100 << 10));
  // All of it: a part might be written over before it is read.
  const std::string rubbish(std::filesystem::file_size(victim), '\x55');
  const int file = ::open(victim.c_str(), O_WRONLY);
  for (int i = 0; i < 100; ++i) ASSERT_GT(::pwrite(file, rubbish.data(), rubbish.size(), 0), 0);
  ::close(file);
  EXPECT_EQ(program.wait(), 1);
  const std::string said = program.output();
  EXPECT_TRUE(std::regex_search(said, std::regex("wrong bytes in file-0-1 \\(seed 77, life 1\\), found by ")))
      << said;
  EXPECT_TRUE(std::regex_search(said, std::regex("  bytes \\d+ to \\d+: expected .*, found foreign: 55")))
      << said;
  EXPECT_TRUE(
      std::regex_search(said, std::regex("history: the \\d+ of \\d+ actions that had to do with this place")))
      << said;
  const auto wrong = report()["wrong"]["list"][0];
  EXPECT_EQ(wrong["repeats"], false);
  EXPECT_LT(wrong["shortest_history"].size(), wrong["history"].size());
  EXPECT_EQ(report()["stopped_by"], "wrong bytes");
}

TEST_F(Exercise, a_punch_that_does_nothing_is_told_in_three_actions_at_most) {
  const Fault fault("punch does nothing");
  const Result result = exercise({"--operations", "20000", "--seed", "4"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.output.find(": expected zeros, found action "), std::string::npos) << result.output;
  const auto wrong = report()["wrong"]["list"][0];
  EXPECT_EQ(wrong["repeats"], true) << result.output;
  const auto shortest = wrong["shortest_history"];
  ASSERT_EQ(shortest.size(), 2U) << shortest;  // the look at the end finds it
  EXPECT_NE(shortest[1].get<std::string>().find(" punch "), std::string::npos);
  EXPECT_TRUE(files("replay-").empty());
}

TEST_F(Exercise, the_same_seed_finds_the_same) {
  const Fault fault("punch does nothing");
  const Arguments once{"--operations", "20000", "--seed", "4", "--files", "1", "--threads", "1"};
  exercise(once);
  const auto first = report()["wrong"]["list"][0]["history"];
  exercise(once);
  EXPECT_EQ(report()["wrong"]["list"][0]["history"], first);
}

TEST_F(Exercise, errors_are_counted_and_the_file_begins_anew) {
  const Fault fault("no space");
  const Result result = exercise({"--operations", "3000", "--seed", "1"});
  EXPECT_EQ(result.exit_code, 1);
  const auto seen = report();
  EXPECT_EQ(seen["wrong"]["count"], 0);
  EXPECT_EQ(seen["errors"]["count"], seen["actions"]["allocate"]);
  EXPECT_EQ(seen["errors"]["list"][0]["error"], "ENOSPC (No space left on device)");
  const auto failure = seen["failures"][0];
  EXPECT_EQ(failure["repeats"], true);
  EXPECT_EQ(failure["shortest_history"].size(), 1U) << result.output;
}

TEST_F(Exercise, a_page_that_cannot_be_had_is_an_error_and_not_the_end) {
  ExercisedFile file(home / "file", ContentModel(Pattern(1), 0, 1));
  file.perform({Kind::write_buffered, 0, 20000, 1});
  ASSERT_EQ(::truncate((home / "file").c_str(), 0), 0);
  for (const Kind kind : {Kind::read_mapped, Kind::write_mapped})
    EXPECT_EQ(file.perform({kind, 8192, 100, 2}).error_number, EIO);
}

TEST_F(Exercise, a_wrong_size_is_wrong_bytes) {
  ExercisedFile file(home / "file", ContentModel(Pattern(1), 0, 1));
  file.perform({Kind::truncate, 0, 10000, 1});
  EXPECT_TRUE(file.perform({Kind::stat}).wrong.empty());
  ASSERT_EQ(::truncate((home / "file").c_str(), 9000), 0);
  const auto wrong = file.perform({Kind::stat}).wrong;
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_EQ(to_string(wrong[0]), "bytes 9000 to 9999: expected a size of 10000, found a size of 9000");
}

TEST_F(Exercise, refuses_what_makes_no_sense) {
  for (const Arguments& wrong : std::vector<Arguments>{
           {"--direct-only", "--buffered-only"},
           {"--direct-only", "--mix-direct-and-buffered"},
           {"--seconds", "1", "--operations", "1"},
           {"--client", "1"},
           {"--shared", "files", "--client", "1"},
           {"--shared", "files", "--seed", "1"},
           {"--size-kib", "10000"},
           {"--shared", "files", "--seed", "1", "--client", "1", "--journal", work() / "j"},
           {"--report", work() / "report"}}) {
    EXPECT_EQ(exercise(wrong).exit_code, 64);
  }
  const Result help = pnfs_load({"exercise", "--help"});
  EXPECT_NE(help.output.find("255"), std::string::npos);
}

}  // namespace
}  // namespace pnfs_load
