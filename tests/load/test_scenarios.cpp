// The program as a lab uses it, on a local disk, with the things that go wrong in a failover brought about by hand.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "block_stamp.h"
#include "prepared_files.h"
#include "test_program.h"

namespace pnfs_load {
namespace {

using std::chrono::milliseconds;

class Scenario : public WithDirectory {
 protected:
  std::vector<std::string> run_arguments(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{
        "run", data, "--report", home / "report", "--journal", home / "journal", "--interval-ms", "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  // A write lease makes the kernel hold up whoever else opens the file, without an error, until it is given
  // up. The loop numbers its files: these are ahead of it, so it hangs at the first of them it comes to.
  std::vector<int> leases() const {
    std::signal(SIGIO, SIG_IGN);
    std::vector<int> files;
    for (unsigned number = 100; number <= 2000; number += 100) {
      const Path path = data / "meta" / ("m-" + std::to_string(number));
      const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600);
      if (::fcntl(file, F_SETLEASE, F_WRLCK) == 0) files.push_back(file);
    }
    return files;
  }

  static void give_up(const std::vector<int>& leases) {
    for (const int file : leases) ::close(file);
  }
};

TEST_F(Scenario, a_quiet_run_is_clean_and_verify_finds_every_acknowledged_write) {
  const Result result = pnfs_load(run_arguments({"--duration", "1"}));
  ASSERT_EQ(result.exit_code, 0) << result.output;
  const auto seen = report();
  EXPECT_EQ(seen["clean"], true);
  EXPECT_EQ(seen["stopped_by"], "duration");
  EXPECT_EQ(seen["lock"]["state"], "held");
  EXPECT_TRUE(seen["direct"].is_null());
  for (const char* name : {"read", "write", "metadata"}) {
    EXPECT_GT(seen["classes"][name]["ops"], 50) << name;
    EXPECT_EQ(seen["classes"][name]["errors"]["count"], 0) << name;
  }
  EXPECT_TRUE(std::filesystem::is_empty(data / "meta"));

  const Result verified = pnfs_load({"verify", data, "--journal", home / "journal"});
  EXPECT_EQ(verified.exit_code, 0);
  EXPECT_EQ(verified.output, "verified 256 blocks in 1 files: 256 good, 0 undecided, 0 lost\n");
  // The next run goes on where this one ended.
  EXPECT_EQ(pnfs_load(run_arguments({"--duration", "0.2"})).exit_code, 0);
}

TEST_F(Scenario, verify_names_a_write_that_was_acknowledged_and_is_gone) {
  std::ifstream before(data / name_of(prepared_files(data).at(0)), std::ios::binary);
  const std::string as_prepared(std::istreambuf_iterator<char>(before), {});
  ASSERT_EQ(pnfs_load(run_arguments({"--duration", "1"})).exit_code, 0);

  overwrite(0, as_prepared);  // every overwrite undone
  const Result result = pnfs_load({"verify", data, "--journal", home / "journal"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.output.find(": expected sequence "), std::string::npos) << result.output;
  EXPECT_NE(result.output.find(", found sequence 1\n"), std::string::npos);
  // Nothing but the journal can tell.
  EXPECT_EQ(pnfs_load({"verify", data}).exit_code, 0);
}

TEST_F(Scenario, verify_names_zeros_a_cut_file_and_a_missing_one) {
  ASSERT_EQ(pnfs_load(run_arguments({"--duration", "0.1"})).exit_code, 0);
  const Path path = data / name_of(prepared_files(data).at(0));
  overwrite(17, std::string(block_size, '\0'));
  ASSERT_EQ(::truncate(path.c_str(), 255 * block_size), 0);
  const Result damaged = pnfs_load({"verify", data, "--journal", home / "journal"});
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_NE(damaged.output.find(" block 17: expected sequence "), std::string::npos) << damaged.output;
  EXPECT_NE(damaged.output.find(", found zeros\n"), std::string::npos);
  EXPECT_NE(damaged.output.find(", found end of file\n"), std::string::npos);
  EXPECT_NE(damaged.output.find("254 good, 0 undecided, 2 lost\n"), std::string::npos);

  std::filesystem::remove(path);
  const Result missing = pnfs_load({"verify", data, "--journal", home / "journal"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_NE(missing.output.find("expected 256 blocks, found no such file\n"), std::string::npos);
}

TEST_F(Scenario, a_read_that_finds_zeros_during_the_run_is_a_violation) {
  Program program(run_arguments(), home / "program");
  ASSERT_TRUE(program.says("running"));
  overwrite(0, std::string(256 * block_size, '\0'));
  std::this_thread::sleep_for(milliseconds(300));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 1);
  const auto seen = report();
  EXPECT_EQ(seen["clean"], false);
  EXPECT_EQ(seen["stopped_by"], "SIGTERM");
  EXPECT_GT(seen["violations"]["count"], 0);
  const auto& list = seen["violations"]["list"];
  EXPECT_TRUE(std::any_of(list.begin(), list.end(), [](const auto& violation) {
    return violation["class"] == "read" && violation["found"] == "zeros";
  })) << list;
}

TEST_F(Scenario, a_stall_is_measured_and_is_no_error) {
  Program program(run_arguments({"--progress"}), home / "program");
  ASSERT_TRUE(program.says("running"));
  const std::vector<int> leased = leases();
  if (leased.empty()) GTEST_SKIP() << "no leases in " << home;
  ASSERT_TRUE(program.says("(create for "));
  give_up(leased);
  std::this_thread::sleep_for(milliseconds(200));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 0) << program.output();
  const auto metadata = report()["classes"]["metadata"];
  EXPECT_EQ(metadata["errors"]["count"], 0);
  ASSERT_GE(metadata["stalls"]["count"], 1);
  EXPECT_EQ(metadata["longest"]["op"], "create");
  EXPECT_EQ(metadata["longest"]["finished"], true);
  EXPECT_GT(metadata["longest"]["seconds"], 0.5);
}

TEST_F(Scenario, an_operation_that_never_returns_is_reported_and_left_behind) {
  Program program(run_arguments({"--timeout", "1", "--progress"}), home / "program");
  ASSERT_TRUE(program.says("running"));
  const std::vector<int> leased = leases();
  if (leased.empty()) GTEST_SKIP() << "no leases in " << home;
  ASSERT_TRUE(program.says("(create for "));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait(), 1);
  give_up(leased);
  const auto seen = report();
  EXPECT_EQ(seen["stuck"], true);
  EXPECT_EQ(seen["clean"], false);
  EXPECT_EQ(seen["lock"]["state"], "unknown");
  const auto metadata = seen["classes"]["metadata"];
  EXPECT_EQ(metadata["in_progress"]["op"], "create");
  EXPECT_GT(metadata["in_progress"]["seconds"], 1.0);
  EXPECT_EQ(metadata["longest"]["finished"], false);
  EXPECT_TRUE(seen["classes"]["read"]["in_progress"].is_null());
  EXPECT_EQ(pnfs_load({"verify", data, "--journal", home / "journal"}).exit_code, 0);
}

TEST_F(Scenario, a_machine_that_pauses_shows_as_such) {
  Program program(run_arguments(), home / "program");
  ASSERT_TRUE(program.says("running"));
  program.signal(SIGSTOP);
  std::this_thread::sleep_for(milliseconds(1200));
  program.signal(SIGCONT);
  std::this_thread::sleep_for(milliseconds(200));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 0) << program.output();
  const auto machine = report()["machine"];
  EXPECT_EQ(machine["stalls"]["count"], 1);
  EXPECT_GT(machine["longest"]["seconds"], 1.0);
  EXPECT_LT(machine["longest"]["seconds"], 3.0);
}

TEST_F(Scenario, a_run_refuses_files_that_are_already_damaged) {
  overwrite(3, "x");
  const Result result = pnfs_load(run_arguments());
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.output.find("block 3: expected sequence 1 or later, found data without a stamp"),
            std::string::npos)
      << result.output;
}

TEST_F(Scenario, a_report_that_could_not_be_written_is_found_out_before_the_run) {
  const Result result = pnfs_load({"run", data, "--report", home / "nowhere" / "report"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output.find("running"), std::string::npos);

  // What an earlier run left must not be taken for this one's.
  write_text(home / "report", "{}");
  Program program(run_arguments(), home / "program");
  ASSERT_TRUE(program.says("running"));
  EXPECT_FALSE(std::filesystem::exists(home / "report"));
}

TEST_F(Scenario, bad_usage_is_told_apart_from_bad_data) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"juggle"},
                                             {"run", data},
                                             {"run", data, "--report", data / "report"},
                                             {"run", data, "--report", home / "report", "--duration", "-1"},
                                             {"prepare", data, "--files", "0"},
                                             {"lock", data, "--wait", "soon"}}) {
    const Result result = pnfs_load(arguments);
    EXPECT_EQ(result.exit_code, 64) << result.output;
    EXPECT_FALSE(result.output.empty());
  }
  EXPECT_EQ(pnfs_load({"--help"}).exit_code, 0);
  EXPECT_EQ(pnfs_load({"verify", home / "nowhere"}).exit_code, 2);
  EXPECT_EQ(pnfs_load({"verify", home}).exit_code, 2);
  EXPECT_EQ(pnfs_load({"mountstats", home}).exit_code, 2);
}

}  // namespace
}  // namespace pnfs_load
