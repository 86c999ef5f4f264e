// Two exercisers on the same files: they agree, and what one loses or both hold at once is found out.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "test_exercise.h"

namespace pnfs_load {
namespace {

class Shared : public Exercise, public ::testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Locks, Shared, ::testing::Values("files", "ranges"));

TEST_P(Shared, two_processes_agree_on_every_byte) {
  const Arguments more{"--shared", GetParam(), "--seconds", "2", "--life", "100"};
  Program other(shared(2, more), home / "other");
  const Result one = pnfs_load(shared(1, more));
  EXPECT_EQ(one.exit_code, 0) << one.output;
  EXPECT_EQ(other.wait(), 0) << other.output();
  // When both have ended, each one's journal holds.
  const Result after =
      pnfs_load(shared(1, {"--shared", GetParam(), "--operations", "0", "--partner-journal", home / "2"}));
  EXPECT_EQ(after.exit_code, 0) << after.output;
}

TEST_P(Shared, a_lock_that_two_hold_is_found_out) {
  const Fault fault("locks do nothing");
  const Arguments more{"--shared", GetParam(), "--seconds", "20", "--reduce-for", "0"};
  Program other(shared(2, more), home / "other");
  pnfs_load(shared(1, more));
  other.signal(SIGTERM);
  other.wait();
  const auto wrong = [&](const char* name) {
    return nlohmann::json::parse(read_text(home / name))["wrong"]["count"].get<int>();
  };
  EXPECT_GT(wrong("report1") + wrong("report2"), 0);
}

TEST_P(Shared, a_turn_of_the_partner_that_is_lost_as_a_whole_is_found_out) {
  const Arguments more{"--shared", GetParam(), "--operations", "40"};
  ASSERT_EQ(pnfs_load(shared(1, more)).exit_code, 0);
  const Path before = home / "before";
  std::filesystem::copy(work(), before);
  ASSERT_EQ(pnfs_load(shared(2, more)).exit_code, 0);
  // Files and records as they were: each agrees with itself.
  std::filesystem::remove_all(work());
  std::filesystem::copy(before, work());
  EXPECT_EQ(pnfs_load(shared(1, {"--shared", GetParam(), "--operations", "0"})).exit_code, 0);
  const Result found =
      pnfs_load(shared(1, {"--shared", GetParam(), "--operations", "0", "--partner-journal", home / "2"}));
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_NE(found.output.find("knows by the partner's journal, found had "), std::string::npos)
      << found.output;
}

TEST_P(Shared, bytes_that_change_behind_their_back_are_found) {
  const Arguments more{"--shared", GetParam(), "--operations", "40"};
  ASSERT_EQ(pnfs_load(shared(1, more)).exit_code, 0);
  const int file = ::open((work() / "shared-1").c_str(), O_WRONLY);
  ASSERT_EQ(::pwrite(file, "wrong", 5, 0), 5);
  ::close(file);
  const Result found = pnfs_load(shared(2, {"--shared", GetParam(), "--operations", "0"}));
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_NE(found.output.find("wrong bytes in shared-1 (seed 9, life 1), found by look"), std::string::npos)
      << found.output;
  EXPECT_NE(found.output.find(" client 1\n"), std::string::npos) << found.output;
}

}  // namespace
}  // namespace pnfs_load
